import { expect, test } from 'vitest'
import { collectionOf, done, failed } from '../testing/collection.fixture.ts'
import { sweepJob } from '../testing/sweep.fixture.ts'
import { fleetFigures } from './fleet-figures.ts'

test('each fleet by itself; what an earlier sweep measured says nothing of one', () => {
  const on = (n: number, profile: string) => sweepJob(n, { profile })
  const rows = [
    done(on(1, 'b200-lab')),
    failed(on(2, 'b200-lab'), 'infrastructure', 'full'),
    failed(on(3, 'h100-lab'), 'recipe', 'wrong'),
    failed(on(4, 'b200-lab'), 'infrastructure', 'full'),
    { ...done(on(5, 'h100-lab')), reusedFrom: '7' },
    { ...done(on(6, 'mi300x-lab')), reusedFrom: '7' },
  ]
  expect(fleetFigures(collectionOf(...rows))).toEqual([
    { fleet: 'b200-lab', jobs: 3, done: 1, failures: { infrastructure: 2 } },
    { fleet: 'h100-lab', jobs: 1, done: 0, failures: { recipe: 1 } },
  ])
})
