"""A network whose members came and went, for tests of what is read of it."""

from datetime import date

from networks.models import Membership, Network, NetworkEvent
from tests import make


def cities() -> Network:
    """Founded by Reggio Emilia; Bologna in between 2011 and 2013, Modena out in 2016."""
    shown = Network.objects.create(
        name="Le città del dialogo",
        slug="citta-del-dialogo",
        founded_on=date(2010, 9, 21),
        doubts="Mancano gli atti.",
        source_urls=["https://www.example.org/rete", "javascript:alert(1)"],
    )
    founded = {"network": shown, "joined_after": date(2010, 9, 21), "joined_by": date(2010, 9, 21)}
    bologna = make.organisation("Comune di Bologna", make.municipality("Bologna", "A944", sign="BO"))
    modena = make.organisation("Comune di Modena", make.municipality("Modena", "F257", sign="MO"))
    Membership.objects.create(organisation=make.organisation(), role="lead", **founded)
    Membership.objects.create(
        network=shown, organisation=bologna, joined_after=date(2011, 1, 28), joined_by=date(2013, 9, 24)
    )
    Membership.objects.create(organisation=modena, left_after=date(2016, 5, 5), left_by=date(2016, 5, 5), **founded)
    NetworkEvent.objects.create(network=shown, on=date(2012, 1, 1), precision="year", title="Seconda scuola")
    return shown
