from networks.models.network import Membership, Network, NetworkEvent, Standing
from networks.models.organisation import Organisation
from networks.models.person import Affiliation, Editor, User
from networks.models.place import Municipality, Province, Region

__all__ = [
    "Affiliation",
    "Editor",
    "Membership",
    "Municipality",
    "Network",
    "NetworkEvent",
    "Organisation",
    "Province",
    "Region",
    "Standing",
    "User",
]
