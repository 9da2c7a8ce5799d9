"""Decide whether an agreement counts as confidential in everything that the harness shows (SEC-2)."""

from simulator.errors import InterfaceError
from simulator.icertis.agreement import Agreement
from simulator.icertis.rest import ABSENT, render_value
from simulator.mapping.confidential_flag import read_flag
from simulator.mapping.sheet import CONFIDENTIAL


def is_confidential(agreement: Agreement) -> bool:
    """Tell whether ICI holds an agreement as confidential; a flag that cannot be read counts as confidential."""
    flag = render_value(CONFIDENTIAL, agreement.attributes.get(CONFIDENTIAL, ABSENT))
    return not is_public(None if flag is ABSENT else flag)


def is_public(flag: object) -> bool:
    """Tell whether a confidential flag, in whatever shape, reads as false and as nothing else (D-04)."""
    try:
        return not read_flag(flag)
    except InterfaceError:
        return False
