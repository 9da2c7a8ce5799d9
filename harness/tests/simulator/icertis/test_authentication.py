"""Bound what ICI keeps of the tokens that it has issued."""

from simulator.icertis.authentication import MAX_TOKENS, Authenticator


def test_one_token_too_many_ends_the_oldest() -> None:
    access = Authenticator(client=("cpi", "secret"))
    tokens = [access.issue_token("cpi", "secret") for _ in range(MAX_TOKENS + 1)]
    accepted = [access.is_authorised({"Authorization": f"Bearer {token}"}) for token in tokens]
    assert accepted == [False] + [True] * MAX_TOKENS
