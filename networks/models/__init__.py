from networks.models.network import Membership, Network, NetworkEvent, Standing
from networks.models.organisation import Organisation
from networks.models.person import Affiliation, User
from networks.models.place import Municipality, Province, Region

__all__ = [
    "Affiliation",
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
