"""Commitments with the practices that carry them out."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment
from agreements.open_data import COMMITMENT_FIELDS, commitments
from portal.lib.open_data import Dataset, Field
from practices.models import Submission

BATCH = 200


def _commitments() -> QuerySet[Commitment]:
    live = Submission.objects.live().select_related("practice").only("practice").order_by("practice_id")
    return commitments().prefetch_related(Prefetch("submissions", live))


COMMITMENTS: Dataset[Commitment] = Dataset(
    "impegni",
    _("Impegni"),
    _("Ciò che gli accordi impegnano a fare, e le pratiche che lo mettono in atto."),
    (
        *COMMITMENT_FIELDS,
        Field(
            "pratiche",
            lambda row: [one.practice.code for one in row.submissions.all()],
            _("Pratiche che lo attuano"),
            _("I loro codici permanenti; anche quelle archiviate."),
            refers_to="pratiche",
            is_list=True,
        ),
    ),
    lambda: _commitments().iterator(BATCH),
    lambda: commitments().count(),
    key="impegno",
    query=_commitments,
    limits=_("Che un impegno non abbia pratiche non dice che non sia attuato: dice che nessuna scheda lo indica."),
)
