import { expect, test } from 'vitest'
import { keptContext } from '../terminal/kept-context.fixture.ts'
import { startLaunchProgress } from './launch-progress.ts'

test('a line for each phase, said once; none where it is to be quiet', () => {
  const { context, kept } = keptContext()
  const progress = startLaunchProgress(context.io, { quiet: false })
  for (const phase of ['start', 'load', 'load', 'warm'] as const) progress.tell({ phase, elapsedMs: 1_000 })
  progress.end()
  expect(kept.stderr).toBe(
    'launch: start, until the process exists\nlaunch: load, until it answers at all\nlaunch: warm, until a first request is answered\n',
  )
  const quiet = keptContext()
  const silent = startLaunchProgress(quiet.context.io, { quiet: true })
  silent.tell({ phase: 'start', elapsedMs: 0 })
  silent.end()
  expect(quiet.kept.stderr).toBe('')
})
