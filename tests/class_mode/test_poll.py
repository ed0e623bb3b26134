"""A question of the teacher, asked and answered over real websockets (threat T18: results are gated)."""

import pytest
from person import Person, cookie_of, session

pytestmark = pytest.mark.xdist_group("class")


def test_t18_only_the_teacher_sees_the_count_until_the_question_is_closed(served):
    mia, ben = Person(served, "Mia P."), Person(served, "Ben P.")
    teacher_cookie = cookie_of(served.post(do="teach", word=served.teacher_word()))
    with session(served, teacher_cookie) as teacher, session(served, mia.cookie) as hers:
        teacher.run().press("Ask the room").submit(
            "Ask", "Which error grows?", "Bias", "Variance ![t](http://evil)"
        )
        assert "Which error grows" in teacher.run().words
        hers.run().choose("Which error grows?", 1)
        assert "Your answer is stored" in hers.words
        assert "have answered" not in hers.words
        with session(served, ben.cookie) as his:
            assert "your answer" not in his.run().words
        assert "1 of" in teacher.run().words
        teacher.press("Close it and show the result")
        assert "Everybody sees the result" in teacher.words
        assert "(your answer)" in hers.run().words
        assert "](http" not in hers.words, "what the teacher typed is shown letter by letter"
