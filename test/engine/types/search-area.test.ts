import assert from 'node:assert/strict';
import { latitudeDistance } from '../../../src/engine/types/geo/distance.js';
import {
  degreesBetween,
  distanceWithin,
  latitudeReach,
  longitudeReach,
  type Shape,
} from '../../../src/engine/types/geo/search-area.js';
import { type Dice, itRandomly } from '../../support/dice.js';

const METRES_AROUND = 40_100_000;

function anyShape(dice: Dice): Shape {
  const metres = (): number => METRES_AROUND * 10 ** (-dice.between(0, 1000) / 100);
  const isBox = dice.oneIn(2);
  return {
    longitude: dice.between(-180_000, 180_000) / 1000,
    latitude: dice.between(-85_000, 85_000) / 1000,
    isBox,
    radius: isBox ? 0 : metres(),
    width: isBox ? metres() : 0,
    height: isBox ? metres() : 0,
    metresPerUnit: 1,
  };
}

/** Anywhere, or next to the edge of a shape. */
function anyPosition(dice: Dice, shape: Shape): [longitude: number, latitude: number] {
  if (dice.oneIn(4)) return [dice.between(-1800, 1800) / 10, dice.between(-850, 850) / 10];
  const latitude = shape.latitude + (latitudeReach(shape) / 111_000) * (dice.between(-1000, 1000) / 1000);
  const degrees = Math.min(360, longitudeReach(shape));
  const longitude = shape.longitude + degrees * (dice.between(-1100, 1100) / 1000);
  return [Math.min(180, Math.max(-180, longitude)), Math.min(85, Math.max(-85, latitude))];
}

describe('what an area reaches', () => {
  itRandomly('has all that is within the area', (dice) => {
    let withinCount = 0;
    for (let round = 0; round < 20_000; round++) {
      const shape = anyShape(dice);
      const [longitude, latitude] = anyPosition(dice, shape);
      if (Number.isNaN(distanceWithin(shape, longitude, latitude))) continue;
      withinCount++;
      const text = JSON.stringify({ shape, longitude, latitude });
      assert.ok(latitudeDistance(latitude, shape.latitude) <= latitudeReach(shape), text);
      assert.ok(degreesBetween(longitude, shape.longitude) <= longitudeReach(shape), text);
    }
    assert.ok(withinCount > 1000, `${withinCount} positions were within`);
  });

  it('leaves out most of what is beside it', () => {
    const circle = {
      longitude: 2,
      latitude: 45,
      isBox: false,
      radius: 100,
      width: 0,
      height: 0,
      metresPerUnit: 1000,
    };
    assert.ok(longitudeReach(circle) > 1.27 && longitudeReach(circle) < 1.3);
    assert.equal(longitudeReach({ ...circle, radius: 5000 }), Number.POSITIVE_INFINITY, 'around a pole');
    assert.ok(longitudeReach({ ...circle, radius: 0 }) < 1e-8);
  });

  it('goes across the date line', () => {
    assert.equal(degreesBetween(179, -179), 2);
    assert.equal(degreesBetween(-179, 179), 2);
    assert.equal(degreesBetween(-10, 20), 30);
  });
});
