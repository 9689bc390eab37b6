import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { physicsChecks } from '../verify/physics-checks.ts'
import { GateName } from './validation.ts'
import { checkNames } from './verification.ts'

const page = readFileSync(new URL('../../../../docs/verify.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)

test('every check and every gate has a row on their page, and no row is of none', () => {
  expect(rows.toSorted()).toEqual([...checkNames, ...GateName.options].toSorted())
})

test('checks of the world are asked in the order in which they are shown', () => {
  const asked = Object.keys(physicsChecks)
  expect(checkNames.filter((name) => asked.includes(name))).toEqual(asked)
})
