import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from rnn_edu.errors import NamingError, NumberError, ShapeError
from rnn_edu.text import Vocabulary, WordVectors, coverage, embedding_matrix, nearest

MATRIX = np.array([[1.0, 2, 0.5], [2, 4.1, 1], [-1, 0.3, 2], [0, 0, 0], [0.2, 0.1, -3]])
VECTORS = WordVectors(("north", "south", "tea", "nothing", "coffee"), MATRIX, source="a test")


def test_nearest_agrees_with_scikit_learn():
    random = np.random.default_rng(0)
    table, query = random.normal(size=(300, 8)), random.normal(size=8)
    expected = cosine_similarity(table, query[None])[:, 0]
    rows, cosines = nearest(table, query, 25)
    np.testing.assert_array_equal(rows, np.argsort(-expected)[:25])
    np.testing.assert_allclose(cosines, expected[rows], rtol=1e-12)


def test_neighbours_leave_the_word_itself_out():
    found = VECTORS.neighbours("north", 2)
    assert [word for word, _ in found] == ["south", "tea"]
    assert found[0][1] == pytest.approx(cosine_similarity(MATRIX[:1], MATRIX[1:2]).item())
    assert len(VECTORS.neighbours("north", 99)) == 4


def test_a_vector_of_zeros_has_the_cosine_0_and_no_neighbours():
    assert dict(VECTORS.neighbours("north", 4))["nothing"] == 0
    with pytest.raises(NumberError, match="all zeros; it points nowhere"):
        VECTORS.neighbours("nothing")


def test_the_embedding_matrix_has_each_vector_in_the_row_of_its_word():
    vocabulary = Vocabulary(["Tea", "unheard", "north"])
    rows = embedding_matrix(vocabulary, VECTORS)
    assert rows.shape == (6, 3)
    np.testing.assert_allclose(rows[vocabulary.number("Tea")], MATRIX[2], rtol=1e-6)
    np.testing.assert_allclose(rows[vocabulary.number("north")], MATRIX[0], rtol=1e-6)
    assert not rows[[0, 1, 2, vocabulary.number("unheard")]].any()


def test_coverage():
    assert coverage(VECTORS, ["tea", "tea", "milk", "north"]) == 0.75
    with pytest.raises(NumberError, match="No words were given"):
        coverage(VECTORS, [])


def test_errors():
    with pytest.raises(NamingError, match="no vector for 'milk' among the 5 words from a test"):
        VECTORS["milk"]
    with pytest.raises(ShapeError, match=r"2 words need a matrix with as many rows"):
        WordVectors(("a", "b"), MATRIX)
    with pytest.raises(ShapeError, match=r"shape \(5, 3\) and a vector of shape \(2,\)"):
        nearest(MATRIX, [1, 2], 1)
