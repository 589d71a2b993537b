"""Numbers as the reader's language writes them."""

from decimal import Decimal

from django.utils.formats import number_format


def number(value: Decimal | str | int) -> str:
    """1.693.747,5: as many decimals as there are."""
    text = f"{Decimal(value).normalize():f}"
    return str(number_format(Decimal(text), len(text.partition(".")[2]), force_grouping=True))
