"""Who works in the demo shop, and who buys there."""

from dataclasses import dataclass
from random import Random

from core.roles import Role
from opsmgr.demo.places import address_in
from orders.intake import AddressIn, CustomerIn

PASSWORD = "opsmgr-demo"  # noqa: S105 - printed by `manage.py up`, for the demo alone
STAFF = [
    ("manager@example.com", "Maya Manager", [Role.MANAGER]),
    ("agent@example.com", "Alex Agent", [Role.AGENT]),
    ("picker@example.com", "Pia Picker", [Role.PICKER]),
    ("buyer@example.com", "Ben Buyer", [Role.BUYER]),
    ("analyst@example.com", "Ana Analyst", [Role.ANALYST]),
    ("finance@example.com", "Finn Finance", [Role.FINANCE]),
    ("viewer@example.com", "Vera Viewer", [Role.VIEWER]),
    ("admin@example.com", "Adam Admin", [Role.ADMIN, Role.VIEWER]),
]
FIRST = [
    "Amelia", "Noah", "Olivia", "Leon", "Emma", "Louis", "Mia", "Finn", "Sofia", "Hugo",
    "Clara", "Jonas", "Ella", "Felix", "Grace", "Oscar", "Ida", "Theo", "Nora", "Milo",
    "Alice", "Arthur", "Elsa", "Max", "Ruby", "Anton", "Lucy", "Emil", "Eva", "Henry",
    "Marta", "Jack", "Lena", "Samuel",
]  # fmt: skip
LAST = [
    "Hartley", "Becker", "Moreau", "Walsh", "Novak", "Keller", "Dubois", "Carter", "Jansen",
    "Byrne", "Fischer", "Laurent", "Hughes", "Visser", "Murphy", "Wagner", "Girard", "Parker",
    "Bakker", "Nolan", "Schulz", "Fontaine", "Reed", "Meyer", "Cole", "Brandt", "Marsh",
]  # fmt: skip


@dataclass(frozen=True)
class Buyer:
    """A customer of the demo shop."""

    customer: CustomerIn
    address: AddressIn
    ip: str
    device: str


def some_buyers(chance: Random, countries: list[str], *, number: int) -> list[Buyer]:
    """Customers with addresses that can be delivered to, in these countries in turn."""
    buyers = []
    for place in range(number):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        country = countries[place % len(countries)]
        address = address_in(chance, country, f"{first} {last}")
        mail = f"{first}.{last}{chance.randrange(1000)}@example.com".lower()
        octets = [chance.randrange(256) for _ in range(2)]
        buyers.append(
            Buyer(
                CustomerIn(name=f"{first} {last}", email=mail),
                address,
                ip=f"198.{18 + chance.randrange(2)}.{octets[0]}.{octets[1]}",
                device=f"dev-{chance.getrandbits(48):012x}",
            )
        )
    return buyers
