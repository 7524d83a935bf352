"""Check digits of tracking numbers that we issue ourselves.

ISO/IEC 7064 MOD 11,10: one digit that catches every wrong digit and nearly
every pair of digits that changed places.
"""


def check_digit(digits: str) -> int:
    """The digit to put behind `digits`. Source: ISO/IEC 7064:2003, pure system MOD 11,10."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def is_valid(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    if len(digits) < 2 or not digits.isascii() or not digits.isdigit():
        return False
    return check_digit(digits[:-1]) == int(digits[-1])
