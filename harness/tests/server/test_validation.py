"""Bodies of the administration are refused where no database could take them."""

import pytest
from pydantic import ValidationError

from harness.server.admin.contracts import NewContract
from harness.server.admin.icertis_models import Draft


@pytest.mark.parametrize("model", [NewContract, Draft])
@pytest.mark.parametrize("field", ["code", "sys_id"])
def test_half_of_a_character_is_refused_by_its_field(model: type[NewContract | Draft], field: str) -> None:
    kind = "ICMNDA" if model is NewContract else "ICMMasterAgreement"
    with pytest.raises(ValidationError, match="it holds a character that cannot be stored") as refused:
        model.model_validate({"type": kind, field: "A\ud800"})
    assert [one["loc"] for one in refused.value.errors()] == [(field,)]
    assert model.model_validate({"type": kind, field: "\U0001f600"})
