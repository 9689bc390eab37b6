import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { scratchFolder } from './launch-plan.fixture.ts'

/**
 * Puts a program in the place of `nvidia-smi` for the time of a test. It answers with what the two files hold at that time, and `say` changes
 * them; what it is asked is told by its words, as the real one would have them.
 */
export function standInSmi(): { readonly say: (memory: string, processes?: string) => void } {
  const folder = scratchFolder()
  const file = (name: string) => join(folder, name)
  const script = `#!/bin/sh
case "$1" in
--query-gpu=index,uuid,memory.used) cat ${file('memory')} ;;
--query-compute-apps=gpu_uuid,pid,process_name) cat ${file('processes')} ;;
*) echo "$1 is not a field to query" >&2; exit 2 ;;
esac
`
  writeFileSync(file('nvidia-smi'), script)
  chmodSync(file('nvidia-smi'), 0o755)
  const before = process.env.PATH
  process.env.PATH = `${folder}:${before}`
  onTestFinished(() => {
    process.env.PATH = before
  })
  const say = (memory: string, processes = '') => {
    writeFileSync(file('memory'), memory)
    writeFileSync(file('processes'), processes)
  }
  return { say }
}
