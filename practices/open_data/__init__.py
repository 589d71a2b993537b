"""Open data about what municipalities do: practices, what they measured, who adapted which, what they carry out."""

from practices.open_data.adapted import ADAPTATIONS
from practices.open_data.carried_out import COMMITMENTS
from practices.open_data.measured import INDICATORS, READINGS
from practices.open_data.practice import PRACTICES

__all__ = ["ADAPTATIONS", "COMMITMENTS", "INDICATORS", "PRACTICES", "READINGS"]
