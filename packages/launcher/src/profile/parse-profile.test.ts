import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ConfigError } from '@reprise/config-file'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readProfile } from '../source/read-profile.ts'
import { parseProfile } from './parse-profile.ts'
import { renderProfileJsonSchema } from './profile-json-schema.ts'

const root = join(import.meta.dirname, '../../../..')
const profiles = globSync('runners/*.yaml', { cwd: root }).map((file) => basename(file, '.yaml'))

const good = `name: here
host: process
vendor: none
runs-on: [ubuntu-latest]
timeout-minutes: 60
stop-grace-s: 10
`

test('what is not said is empty, and the port is a free one', () => {
  expect(parseProfile({ file: 'runners/here.yaml', text: good })).toEqual({
    name: 'here',
    host: 'process',
    vendor: 'none',
    runsOn: ['ubuntu-latest'],
    mounts: [],
    devices: [],
    env: {},
    secretEnv: [],
    gpuIdleMib: 1_024,
    port: 'auto',
    timeoutMinutes: 60,
    stopGraceS: 10,
  })
})

test.each([
  ['an unknown key', `${good}gpu: 8\n`, 'runners/here.yaml:7:1: unknown key "gpu"; remove it'],
  [
    'a host that there is not',
    good.replace('process', 'podman'),
    'runners/here.yaml:2:7: host is "podman"; write one of',
  ],
  ['no labels', good.replace('[ubuntu-latest]', '[]'), 'runners/here.yaml:4:10: runs-on is empty'],
  ['no grace', good.replace(/stop.*\n/, ''), 'runners/here.yaml:1:1: stop-grace-s is missing'],
  ['a port out of range', `${good}port: 70000\n`, 'runners/here.yaml:7:7: port is 70000'],
  ['a variable that is none', `${good}env: { 'A=B': c }\n`, 'runners/here.yaml:7:'],
  ['a value with a line break', `${good}env: { A: "b\\nc" }\n`, 'runners/here.yaml:7:'],
  ['a mount that is relative', `${good}mounts:\n- { from: models, to: /m, read-only: true }\n`, 'runners/here.yaml:8:'],
  [
    'a name that is not the file',
    good.replace('here', 'there'),
    'runners/here.yaml:1:7: the profile is called "there"',
  ],
  ['no mapping', '- 1\n', 'runners/here.yaml:1:1: '],
  ['no YAML', 'name: [\n', 'runners/here.yaml:2:1: '],
])('%s is told with its place', (_what, text, message) => {
  const read = () => parseProfile({ file: 'runners/here.yaml', text })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(message)
})

test('every runner has a profile, and every profile a runner', () => {
  const { labels } = parse(readFileSync(join(root, 'configs/runners.yaml'), 'utf8')) as {
    labels: Record<string, string[]>
  }
  const fleets = new Set(Object.values(labels).flatMap((names) => names.map((name) => name.split('_')[0])))
  expect(profiles.toSorted()).toEqual([...fleets].toSorted())
})

test.each(profiles)(
  'runners/%s.yaml is sound, and only GitHub itself takes jobs without a label of their own',
  (name) => {
    const profile = readProfile(name, join(root, 'runners'))
    expect(profile.runsOn).toEqual(profile.host === 'process' ? ['ubuntu-latest'] : ['self-hosted', '{label}'])
  },
)

test.each(['../runners/local', '', 'a/b', '.hidden', 'no\nname'])('%j names no profile', (name) => {
  expect(() => readProfile(name, join(root, 'runners'))).toThrow(/no name of a runner profile/)
})

test('a profile that is not there is told by its path', () => {
  expect(() => readProfile('nowhere', join(root, 'runners'))).toThrow(/nowhere\.yaml does not exist/)
})

test('configs/schemas/runner-profile.schema.json is what the zod schema says', () => {
  const file = join(root, 'configs/schemas/runner-profile.schema.json')
  expect(existsSync(file), 'run node packages/launcher/scripts/write-profile-schema.ts, then npm run format').toBe(true)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(renderProfileJsonSchema()))
})

test.each(profiles)('%s mounts every folder read-only: no job finds what another has left', (name) => {
  expect(readProfile(name, join(root, 'runners')).mounts.filter(({ readOnly }) => !readOnly)).toEqual([])
})
