"""Which of the four meanings a state's word has, unless the page says so itself."""

GOOD, WARNING, BAD, INFO, NEUTRAL = "good", "warning", "bad", "info", "neutral"

_WORDS = {
    GOOD: """accepted active approve approved available captured cleared completed confirmed
        delivered done fulfilled good healthy in_stock labelled mapped matched on_time paid
        received refunded released resolved restocked restock sent shipped succeeded yes""",
    WARNING: """awaiting due hold held in_doubt late low low_stock medium on_hold parked partial
        partially partially_paid partially_refunded partially_shipped pending quarantine
        requires_review review short snoozed unmapped unpaid unmatched""",
    BAD: """bad blocked chargeback critical dead declined decline error exception failed fraud high
        lost missing overdue oversold refused rejected reject returned_to_sender scrap stuck""",
    INFO: """allocated assigned authorized handed_over in_transit info labeled new open packed
        packing picked picking processing requested running sending started to_pack to_pick
        inspected waiting""",
}
_TONES = {word: tone for tone, words in _WORDS.items() for word in words.split()}


def tone_of(word: str) -> str:
    """`tone_of("In transit")` is "info"; an unknown word is neutral."""
    return _TONES.get(word.strip().lower().replace(" ", "_").replace("-", "_"), NEUTRAL)
