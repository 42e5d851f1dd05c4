"""British National Grid to latitude and longitude, good to 5 m: enough to say which ward or street a point is in.

The formulae and constants are Ordnance Survey's ("A guide to coordinate systems in Great Britain", annexes A to C): the
grid is unrolled onto the Airy 1830 ellipsoid, and a Helmert transformation moves that to WGS 84. Knows nothing of maps.
"""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, pi, radians, sin, sqrt, tan

EAST, NORTH = (0.0, 700_000.0), (0.0, 1_300_000.0)
"""What an easting and a northing of Great Britain can be, in metres."""
_AIRY = (6_377_563.396, 6_356_256.909)
_WGS_84 = (6_378_137.0, 6_356_752.3142)
"""Semi-major and semi-minor axes, in metres."""
_SCALE, _LATITUDE, _LONGITUDE, _EAST, _NORTH = 0.9996012717, radians(49), radians(-2), 400_000.0, -100_000.0
"""The National Grid's projection: scale on the central meridian, true origin and its grid position."""
_SHIFT = (446.448, -125.157, 542.060)
_TURN = tuple(seconds / 3600 * pi / 180 for seconds in (0.1502, 0.2470, 0.8421))
_GROWTH = -20.4894e-6
"""OSGB36 to WGS 84: metres, arc seconds and parts; the guide prints the opposite way with the opposite signs."""
_CLOSE = 1e-5
"""Metres at which the meridian arc is close enough: a hundredth of a millimetre."""


def on_grid(easting: float, northing: float) -> bool:
    """Whether two numbers can be metres of the National Grid, and not degrees."""
    return EAST[0] < easting < EAST[1] and NORTH[0] < northing < NORTH[1] and (easting > 180 or northing > 90)


def to_degrees(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in degrees (WGS 84) of a grid position in metres."""
    return _turned(*_unrolled(easting, northing))


def _unrolled(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude on the Airy ellipsoid, in radians (annex C.2)."""
    a, b = _AIRY
    e2 = 1 - (b / a) ** 2
    latitude = _LATITUDE
    while abs(rest := northing - _NORTH - _arc(latitude)) >= _CLOSE:
        latitude += rest / (a * _SCALE)
    bend = 1 - e2 * sin(latitude) ** 2
    across, along = a * _SCALE / sqrt(bend), a * _SCALE * (1 - e2) / bend**1.5
    eta2, slope, east = across / along - 1, tan(latitude), easting - _EAST
    t2, t4, t6 = slope**2, slope**4, slope**6
    sec = 1 / cos(latitude)
    vii = slope / (2 * along * across)
    viii = slope / (24 * along * across**3) * (5 + 3 * t2 + eta2 - 9 * t2 * eta2)
    ix = slope / (720 * along * across**5) * (61 + 90 * t2 + 45 * t4)
    x = sec / across
    xi = sec / (6 * across**3) * (across / along + 2 * t2)
    xii = sec / (120 * across**5) * (5 + 28 * t2 + 24 * t4)
    xiia = sec / (5040 * across**7) * (61 + 662 * t2 + 1320 * t4 + 720 * t6)
    return (
        latitude - vii * east**2 + viii * east**4 - ix * east**6,
        _LONGITUDE + x * east - xi * east**3 + xii * east**5 - xiia * east**7,
    )


def _arc(latitude: float) -> float:
    """Metres along the central meridian from the true origin (annex C.1, equation C3)."""
    a, b = _AIRY
    n = (a - b) / (a + b)
    less, more = latitude - _LATITUDE, latitude + _LATITUDE
    return (b * _SCALE) * (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
        - (3 * n + 3 * n**2 + 2.625 * n**3) * sin(less) * cos(more)
        + (1.875 * n**2 + 1.875 * n**3) * sin(2 * less) * cos(2 * more)
        - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
    )


def _turned(latitude: float, longitude: float) -> tuple[float, float]:
    """From the Airy ellipsoid in radians to WGS 84 in degrees (annexes B.1, B.2 and section 6.6)."""
    a, b = _AIRY
    across = a / sqrt(1 - (1 - (b / a) ** 2) * sin(latitude) ** 2)
    x, y = across * cos(latitude) * cos(longitude), across * cos(latitude) * sin(longitude)
    z = across * (b / a) ** 2 * sin(latitude)
    (dx, dy, dz), (rx, ry, rz), grown = _SHIFT, _TURN, 1 + _GROWTH
    return _on_wgs_84(
        dx + grown * x - rz * y + ry * z, dy + rz * x + grown * y - rx * z, dz - ry * x + rx * y + grown * z
    )


def _on_wgs_84(x: float, y: float, z: float) -> tuple[float, float]:
    a, b = _WGS_84
    e2, flat = 1 - (b / a) ** 2, hypot(x, y)
    latitude = atan2(z, flat * (1 - e2))
    for _ in range(6):  # three are enough for a millimetre
        across = a / sqrt(1 - e2 * sin(latitude) ** 2)
        latitude = atan2(z + e2 * across * sin(latitude), flat)
    return degrees(latitude), degrees(atan2(y, x))


def roughly(easting: float, northing: float) -> tuple[float, float]:
    """The same to a quarter of a degree and many times as fast: for leaving out what is far away."""
    latitude = 49.766 + northing / 111_250
    return latitude, -2 + (easting - _EAST) / (111_320 * cos(radians(latitude)))
