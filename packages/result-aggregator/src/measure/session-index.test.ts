import { parseAddress } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { sessionIndexOf } from './session-index.ts'

test.each(['0.0.0.0', '12.345.67.8', '3.0.10.9+2'])('%s', (id) => {
  expect(sessionIndexOf({ id })).toBe(parseAddress(id).sessionIndex)
})
