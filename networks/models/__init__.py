from networks.models.invitation import Invitation
from networks.models.network import Membership, Network, NetworkEvent, Standing
from networks.models.organisation import Organisation
from networks.models.person import Affiliation, Editor, User
from networks.models.place import Municipality, OldSlug, Province, Region
from networks.models.proposal import OrganisationProposal

__all__ = [
    "Affiliation",
    "Editor",
    "Invitation",
    "Membership",
    "Municipality",
    "Network",
    "NetworkEvent",
    "OldSlug",
    "Organisation",
    "OrganisationProposal",
    "Province",
    "Region",
    "Standing",
    "User",
]
