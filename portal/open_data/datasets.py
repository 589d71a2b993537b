"""Every dataset, in the order of the page."""

from typing import Any

from agreements.open_data import AGREEMENTS
from networks.open_data import MEMBERSHIPS, MUNICIPALITIES, NETWORKS, ORGANISATIONS, TERRITORIES
from portal.lib.open_data import Dataset
from practices.open_data import ADAPTATIONS, COMMITMENTS, INDICATORS, PRACTICES, READINGS

DATASETS: dict[str, Dataset[Any]] = {
    dataset.name: dataset
    for dataset in (
        PRACTICES,
        INDICATORS,
        READINGS,
        ADAPTATIONS,
        ORGANISATIONS,
        NETWORKS,
        MEMBERSHIPS,
        AGREEMENTS,
        COMMITMENTS,
        MUNICIPALITIES,
        TERRITORIES,
    )
}
