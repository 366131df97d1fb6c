"""Where names and numbers stand: on free ground, on their own land, within the frame."""

from __future__ import annotations

import numpy as np

from dashboards.export.map_labels import Land, Placed, Room, placed_names, placed_numbers

FRAME = (0.0, 0.0, 100.0, 60.0)


def square(x: float, y: float, side: float) -> np.ndarray:
    return np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])


def test_a_name_stands_on_its_spot_where_there_is_room() -> None:
    land = Land(FRAME, [[square(10, 10, 30)]])
    found = placed_names([[(10, 3)]], np.array([(25.0, 25.0)]), land, Room(FRAME), order=[0])
    assert found == {0: Placed(25, 25, 0)}


def test_a_name_never_lies_on_one_that_chose_before() -> None:
    # Two spots one millimetre apart: the names are 3 high, so the second stands above or below.
    land = Land(FRAME, [[square(10, 10, 30)], [square(40, 10, 30)]])
    spots = np.array([(40.0, 25.0), (41.0, 25.0)])
    found = placed_names([[(10, 3)]] * 2, spots, land, Room(FRAME), order=[0, 1])
    assert abs(found[0].y - found[1].y) > 3 or abs(found[0].x - found[1].x) > 10


def test_a_name_takes_its_smaller_form_where_the_larger_has_no_room() -> None:
    # All but a strip of 12 across is taken: 14 does not fit, 10 does.
    land = Land(FRAME, [[square(10, 10, 30)]])
    room = Room(FRAME, [(0, 0, 19, 60), (31, 0, 100, 60)])
    found = placed_names([[(14, 3), (10, 3)]], np.array([(25.0, 25.0)]), land, room, order=[0])
    assert found[0].form == 1


def test_a_name_that_would_lie_on_the_land_of_others_is_left_out() -> None:
    # Its own land is 2 across within the large land of another.
    land = Land(FRAME, [[square(49, 29, 2)], [square(0, 0, 60)]])
    found = placed_names(
        [[(30, 3)], [(1, 1)]], np.array([(50.0, 30.0), (5.0, 5.0)]), land, Room(FRAME), order=[0]
    )
    assert found == {}


def test_a_name_leaves_its_island_to_be_seen() -> None:
    # An island of 4 by 4 under a name of 10 by 4 would be gone: the name stands off the coast.
    land = Land(FRAME, [[square(48, 28, 4)]])
    found = placed_names([[(10, 4)]], np.array([(50.0, 30.0)]), land, Room(FRAME), order=[0])
    assert (found[0].x, found[0].y) != (50, 30)


def test_a_number_stands_beside_its_land_where_that_is_taken() -> None:
    land = Land(FRAME, [[square(48, 28, 4)]])
    room = Room(FRAME, [(46, 26, 54, 34)])
    found = placed_numbers({0: (4, 3)}, np.array([(50.0, 30.0)]), land, room)
    assert not found[0].is_home
    left, top = found[0].x - 2, found[0].y - 1.5
    assert left > 54 or left + 4 < 46 or top > 34 or top + 3 < 26


def test_a_number_without_room_nearby_is_left_out() -> None:
    land = Land(FRAME, [[square(48, 28, 4)]])
    found = placed_numbers({0: (4, 3)}, np.array([(50.0, 30.0)]), land, Room(FRAME, [FRAME]))
    assert found == {}


def test_land_in_a_hole_of_another_is_its_own() -> None:
    land = Land(FRAME, [[square(45, 25, 10)], [square(20, 5, 50)]])
    assert land.owners(np.array([(50.0, 30.0), (30.0, 30.0), (5.0, 5.0)])).tolist() == [0, 1, -1]
