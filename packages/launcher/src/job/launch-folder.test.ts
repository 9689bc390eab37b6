import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchFolder } from '../testing/launch-plan.fixture.ts'
import { LaunchFolder } from './launch-folder.ts'

test('a record that is none of ours is said to be that', async () => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'server.json'), '{}')
  await expect(new LaunchFolder(folder).server()).rejects.toThrow(/server\.json is not what reprise launch writes/)
})

/** Nothing is closed to the system's own user. */
test.skipIf(process.getuid?.() === 0)('a record that may not be read is not said to be none of ours', async () => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'server.json'), '{}')
  chmodSync(join(folder, 'server.json'), 0)
  await expect(new LaunchFolder(folder).server()).rejects.toThrow(/server\.json may not be read \(EACCES\)/)
})
