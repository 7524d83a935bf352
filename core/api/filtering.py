"""The filters that a request asks for, and no others."""

from functools import lru_cache
from typing import Any

from django_filters.rest_framework import DjangoFilterBackend


class AskedFilters(DjangoFilterBackend):
    """A page's FilterSet has a dozen filters; copying all of them took longer than the query."""

    def get_filterset(self, request: Any, queryset: Any, view: Any) -> Any:
        whole = self.get_filterset_class(view, queryset)
        if whole is None:
            return None
        names = frozenset(
            name
            for name in whole.base_filters
            if any(p == name or p.startswith(f"{name}_") for p in request.query_params)
        )
        return _cut(whole, names)(**self.get_filterset_kwargs(request, queryset, view))


@lru_cache(maxsize=1024)
def _cut(whole: Any, names: frozenset[str]) -> Any:
    """The FilterSet with some of its filters only."""
    cut = type(whole)(whole.__name__, (whole,), {"__doc__": whole.__doc__})
    cut.base_filters = {name: found for name, found in whole.base_filters.items() if name in names}
    return cut
