"""What the demo's customers write, and what they are answered."""

from dataclasses import dataclass

from support.states import Contact, Priority


@dataclass(frozen=True)
class Question:
    """A case to be: what is asked, how, and the answer that settles it."""

    subject: str
    body: str
    answer: str
    contact: Contact = Contact.EMAIL
    priority: Priority = Priority.NORMAL


# Of an order that is under way, and of one that has arrived.
WAITING = [
    Question(
        "Where is my parcel?",
        "The tracking has not moved for two days. When will it arrive?",
        "It is with the carrier and moves again since this morning; it should be with you by"
        " tomorrow evening.",
        priority=Priority.HIGH,
    ),
    Question(
        "Can I still change the color?",
        "I meant to order the cream one. Is it too late?",
        "It was packed already when you wrote, sorry. Send it back free of charge if you like.",
        Contact.CHAT,
    ),
    Question(
        "Will it be here by Friday?",
        "It is a birthday present. Will it be here by Friday?",
        "Yes: it left us today with next-day delivery.",
        Contact.PHONE,
        Priority.HIGH,
    ),
    Question(
        "Leave it with the neighbor",
        "Nobody is home in the daytime. Could the driver leave it at number 14?",
        "We have told the carrier.",
        Contact.FORM,
    ),
    Question(
        "Order confirmation missing",
        "I have paid and had no mail. Did the order reach you?",
        "It did, and it is being packed. We have sent the confirmation again.",
    ),
]
ARRIVED = [
    Question(
        "Arrived broken",
        "One of the things was broken when I opened the parcel.",
        "We are sorry. A return is open for you; the refund goes out when it is here.",
        priority=Priority.HIGH,
    ),
    Question(
        "Invoice with company name",
        "Could you send me an invoice with our company name, please?",
        "It is attached to this mail.",
        Contact.FORM,
        Priority.LOW,
    ),
    Question(
        "One item is missing",
        "The slip says two, there was one in the box.",
        "Counted at our end: you are right. The second one is on its way.",
    ),
    Question(
        "How do I wash it?",
        "Is the cushion cover fit for the machine?",
        "At 30 degrees, without the filling.",
        Contact.CHAT,
        Priority.LOW,
    ),
    Question(
        "Wrong shade",
        "I ordered slate and this is clearly ink. Can I swap it?",
        "Of course. Send it back with the label that we have mailed to you.",
        Contact.MARKETPLACE,
    ),
    Question(
        "Thank you",
        "Just to say that it is lovely. Do you have matching plates?",
        "Thank you! From next month on, says our buyer.",
        priority=Priority.LOW,
    ),
]
THANKS = "Thank you, that helps."
STILL = "I am still waiting for an answer to this. Could somebody look at it?"
NOTE = "Rang the warehouse: they look at the bin this afternoon."
