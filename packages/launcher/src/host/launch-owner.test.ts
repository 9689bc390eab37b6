import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchFolder } from '../testing/launch-plan.fixture.ts'
import { isOrphan, type LaunchOwner, parseOwner, thisLauncher } from './launch-owner.ts'

const label = 'reprise-x-1'

/** A launch of this machine whose launcher has ended. */
function dead(state: string): LaunchOwner {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const owner = thisLauncher(label, state)
  return { ...owner, launcher: { ...owner.launcher!, pid } }
}

test.runIf(process.platform === 'linux')(
  'what a launcher left that has ended before it handed over is an orphan',
  () => {
    const state = scratchFolder()
    expect(isOrphan(dead(state))).toBe(true)
    writeFileSync(join(state, 'launch.json'), JSON.stringify({ label: 'reprise-x-2' }))
    expect(isOrphan(dead(state))).toBe(true)
  },
)

test.runIf(process.platform === 'linux')(
  'one that was handed over is none, and nor is what is still being launched',
  () => {
    const state = scratchFolder()
    expect(isOrphan(thisLauncher(label, state))).toBe(false)
    writeFileSync(join(state, 'launch.json'), JSON.stringify({ label }))
    expect(isOrphan(dead(state))).toBe(false)
  },
)

test.runIf(process.platform === 'linux')('where nobody can tell, it is none', () => {
  const state = scratchFolder()
  const owner = dead(state)
  expect(isOrphan({ label, state })).toBe(false)
  expect(isOrphan({ ...owner, launcher: { ...owner.launcher!, machine: 'another' } })).toBe(false)
  // Of another start of the machine: that launcher has ended, whoever has its number now.
  const reused = { ...thisLauncher(label, state).launcher!, boot: 'x' }
  expect(isOrphan({ label, state, launcher: reused })).toBe(true)
  mkdirSync(join(state, 'launch.json'))
  expect(isOrphan(owner)).toBe(false)
})

test('what somebody else has written is nobody', () => {
  for (const text of ['', '{', '{}', JSON.stringify({ label: '; rm -rf /', state: '/' })])
    expect(parseOwner(text)).toBeUndefined()
  const owner = thisLauncher(label, '/tmp/x')
  expect(parseOwner(JSON.stringify(owner))).toEqual(owner)
})
