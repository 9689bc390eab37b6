import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { scratchFolder } from './launch-plan.fixture.ts'

/**
 * Puts a program in the place of `docker` for the time of a test: a list of shell cases on its words, such as `'rm *) exit 1 ;;'`; what none of
 * them takes ends well without a word. `asked` is every command line so far; `$HERE` in a case is a folder of the test's own.
 */
export function standInDocker(cases: readonly string[]): { readonly asked: () => string[]; readonly folder: string } {
  const folder = scratchFolder()
  const [program, log] = [join(folder, 'docker'), join(folder, 'asked')]
  const lines = ['#!/bin/sh', `HERE=${folder}`, `echo "$*" >> ${log}`, 'case "$*" in', ...cases, 'esac', '']
  writeFileSync(program, lines.join('\n'))
  chmodSync(program, 0o755)
  const before = process.env.PATH
  process.env.PATH = `${folder}:${before}`
  onTestFinished(() => {
    process.env.PATH = before
  })
  return { asked: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []), folder }
}
