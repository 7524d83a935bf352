"""Who works in the demo shop, and who buys there."""

from dataclasses import dataclass
from random import Random

from core.roles import Role
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
STREETS = {
    "GB": [
        "High Street",
        "Mill Lane",
        "Church Road",
        "Station Road",
        "Park Avenue",
        "Victoria Road",
    ],
    "IE": ["Main Street", "Harbour Road", "Castle Street", "Abbey Road"],
    "DE": ["Hauptstraße", "Gartenweg", "Bahnhofstraße", "Lindenallee", "Schulstraße"],
    "FR": ["rue des Lilas", "avenue Foch", "rue Pasteur", "place de la Gare"],
    "NL": ["Dorpsstraat", "Kerkweg", "Stationsplein", "Molenlaan"],
    "US": ["Maple Street", "Oak Avenue", "Washington Boulevard", "Lake Drive", "Cedar Lane"],
}
# city, region, postal code
PLACES = {
    "GB": [
        ("London", "", "SW1A 1AA"), ("Leeds", "", "LS1 4DY"), ("Bristol", "", "BS1 5TR"),
        ("York", "", "YO1 7HH"), ("Cardiff", "", "CF10 1EP"), ("Glasgow", "", "G1 1XQ"),
        ("Norwich", "", "NR2 1TF"), ("Exeter", "", "EX1 1HS"),
    ],
    "IE": [("Dublin", "Co. Dublin", "D02 AF30"), ("Cork", "Co. Cork", "T12 W8KP")],
    "DE": [
        ("Berlin", "", "10115"), ("Hamburg", "", "20095"), ("München", "", "80331"),
        ("Köln", "", "50667"), ("Leipzig", "", "04109"),
    ],
    "FR": [("Paris", "", "75011"), ("Lyon", "", "69002"), ("Nantes", "", "44000")],
    "NL": [("Amsterdam", "", "1012 JS"), ("Utrecht", "", "3511 LN")],
    "US": [
        ("Reno", "NV", "89501"), ("Portland", "OR", "97205"), ("Austin", "TX", "78701"),
        ("Boston", "MA", "02108"), ("Chicago", "IL", "60601"),
    ],
}  # fmt: skip


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


def address_in(chance: Random, country: str, name: str) -> AddressIn:
    """A deliverable address; places in a country we have none for get the first of London."""
    known = country if country in PLACES else "GB"
    city, region, code = chance.choice(PLACES[known])
    street, house = chance.choice(STREETS[known]), chance.randrange(1, 120)
    line1 = f"{street} {house}" if known in ("DE", "NL") else f"{house} {street}"
    return AddressIn(
        name=name, line1=line1, city=city, region=region, postal_code=code, country=known
    )
