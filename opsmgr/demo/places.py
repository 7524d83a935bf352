"""Where the demo's customers live: towns with true postal codes, streets that are common there."""

from random import Random

from orders.intake import AddressIn

# country -> (city, region, postal code)
PLACES = {
    "GB": [
        ("London", "", "SW1A 1AA"), ("London", "", "E2 7DJ"), ("London", "", "SE15 4QN"),
        ("Leeds", "", "LS1 4DY"), ("Bristol", "", "BS1 5TR"), ("York", "", "YO1 7HH"),
        ("Cardiff", "", "CF10 1EP"), ("Glasgow", "", "G1 1XQ"), ("Edinburgh", "", "EH6 6QU"),
        ("Norwich", "", "NR2 1TF"), ("Exeter", "", "EX1 1HS"), ("Sheffield", "", "S1 2HH"),
        ("Brighton", "", "BN1 1UG"), ("Belfast", "", "BT1 5GS"), ("Inverness", "", "IV1 1HY"),
        ("Manchester", "", "M4 1HN"), ("Oxford", "", "OX4 1EU"), ("Newcastle", "", "NE1 4LP"),
    ],
    "IE": [
        ("Dublin", "Co. Dublin", "D02 AF30"), ("Cork", "Co. Cork", "T12 W8KP"),
        ("Galway", "Co. Galway", "H91 E2K3"),
    ],
    "DE": [
        ("Berlin", "", "10115"), ("Hamburg", "", "20095"), ("München", "", "80331"),
        ("Köln", "", "50667"), ("Leipzig", "", "04109"), ("Bremen", "", "28195"),
    ],
    "FR": [
        ("Paris", "", "75011"), ("Lyon", "", "69002"), ("Nantes", "", "44000"),
        ("Lille", "", "59000"), ("Toulouse", "", "31000"),
    ],
    "NL": [("Amsterdam", "", "1012 JS"), ("Utrecht", "", "3511 LN"), ("Rotterdam", "", "3011 AD")],
    "US": [
        ("Reno", "NV", "89501"), ("Portland", "OR", "97205"), ("Austin", "TX", "78701"),
        ("Boston", "MA", "02108"), ("Chicago", "IL", "60601"), ("Denver", "CO", "80202"),
        ("Seattle", "WA", "98101"),
    ],
    "AE": [("Dubai", "Dubai", "")],
    "AT": [("Wien", "", "1010"), ("Graz", "", "8010")],
    "AU": [("Sydney", "NSW", "2000"), ("Melbourne", "VIC", "3000")],
    "BE": [("Brussel", "", "1000"), ("Gent", "", "9000")],
    "BH": [("Manama", "", "317")],
    "BR": [("São Paulo", "SP", "01310-100")],
    "CA": [("Toronto", "ON", "M5H 2N2"), ("Montréal", "QC", "H2Y 1C6")],
    "CH": [("Zürich", "", "8001"), ("Genève", "", "1204")],
    "CY": [("Nicosia", "", "1010")],
    "CZ": [("Praha", "", "110 00")],
    "DK": [("København", "", "1050"), ("Aarhus", "", "8000")],
    "ES": [("Madrid", "Madrid", "28013"), ("Barcelona", "Barcelona", "08002")],
    "FI": [("Helsinki", "", "00100")],
    "GR": [("Athens", "", "105 57")],
    "HK": [("Central", "Hong Kong Island", "")],
    "IL": [("Tel Aviv", "", "6688312")],
    "IS": [("Reykjavík", "", "101")],
    "IT": [("Milano", "MI", "20121"), ("Roma", "RM", "00184")],
    "JE": [("St Helier", "", "JE2 3QA")],
    "JP": [("Chiyoda-ku", "Tokyo", "100-0001")],
    "LB": [("Beirut", "", "1107 2020")],
    "LT": [("Vilnius", "", "01103")],
    "MT": [("Valletta", "", "VLT 1011")],
    "NO": [("Oslo", "", "0150")],
    "PL": [("Warszawa", "", "00-001")],
    "PT": [("Lisboa", "", "1100-048"), ("Porto", "", "4000-069")],
    "SA": [("Riyadh", "", "11564")],
    "SE": [("Stockholm", "", "111 29"), ("Malmö", "", "211 22")],
    "SG": [("", "", "048616")],
    "ZA": [("Cape Town", "", "8001")],
}  # fmt: skip
STREETS = {
    "GB": [
        "High Street", "Mill Lane", "Church Road", "Station Road", "Park Avenue", "Victoria Road",
        "Queen Street", "Grove Lane", "Albert Terrace", "Chapel Hill",
    ],
    "IE": ["Main Street", "Harbour Road", "Castle Street", "Abbey Road"],
    "DE": ["Hauptstraße", "Gartenweg", "Bahnhofstraße", "Lindenallee", "Schulstraße"],
    "FR": ["rue des Lilas", "avenue Foch", "rue Pasteur", "place de la Gare"],
    "NL": ["Dorpsstraat", "Kerkweg", "Stationsplein", "Molenlaan"],
    "US": ["Maple Street", "Oak Avenue", "Washington Boulevard", "Lake Drive", "Cedar Lane"],
}  # fmt: skip
NUMBER_LAST = {"AT", "BE", "CH", "CZ", "DE", "DK", "ES", "FI", "IT", "NL", "NO", "PL", "PT", "SE"}
HOME = "GB"


def address_in(chance: Random, country: str, name: str) -> AddressIn:
    """An address that can be delivered to; in a country that we have no town of, one at home."""
    known = country if country in PLACES else HOME
    city, region, code = chance.choice(PLACES[known])
    street, house = chance.choice(STREETS.get(known, STREETS["IE"])), chance.randrange(1, 120)
    line1 = f"{street} {house}" if known in NUMBER_LAST else f"{house} {street}"
    return AddressIn(
        name=name, line1=line1, city=city, region=region, postal_code=code, country=known
    )
