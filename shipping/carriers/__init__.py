"""How we speak with carriers. An adapter is one file; copy house.py and name it here.

An adapter buys, finds and voids labels. It knows the network and nothing of the
database: it gets a LabelOrder and answers with a BoughtLabel.
"""

from shipping.carriers.base import Adapter
from shipping.carriers.house import House
from shipping.carriers.http_json import HttpJson

CARRIERS: dict[str, type[Adapter]] = {"house": House, "http_json": HttpJson}


class NoSuchAdapterError(LookupError):
    """A carrier names an adapter that is not installed."""


def adapter_of(carrier) -> Adapter:
    """The adapter of a Carrier row, ready to be called."""
    try:
        return CARRIERS[carrier.adapter](carrier)
    except KeyError as error:
        raise NoSuchAdapterError(f"{carrier} names the adapter {carrier.adapter!r}") from error
