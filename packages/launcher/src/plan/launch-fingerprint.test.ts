import { join } from 'node:path'
import { doing } from '@reprise/matrix-generator/fixtures'
import { expect, test } from 'vitest'
import { ourRecipe } from '../recipe/our-recipes.fixture.ts'
import { readProfile } from '../source/read-profile.ts'
import { simJob } from '../testing/sweep-job.fixture.ts'
import { launchFingerprint } from './launch-fingerprint.ts'

const input = {
  job: simJob,
  recipe: ourRecipe(simJob.recipe!),
  profile: readProfile(simJob.profile, join(import.meta.dirname, '../../../../runners')),
}
const fingerprint = (changes: Partial<typeof input> = {}, text = 'an engine') =>
  launchFingerprint({ ...input, ...changes }, (path) => (path === 'benchmarks/engines/sim-8b.json' ? text : undefined))
const { job, recipe, profile } = input

test('equal jobs have equal fingerprints, whatever they are called and wherever that is written', () => {
  expect(fingerprint()).toMatch(/^[0-9a-f]{64}$/)
  const renamed = { ...job, name: 'another', timeoutMinutes: 7, runsOn: ['another'] }
  expect(fingerprint({ job: renamed })).toBe(fingerprint())
  expect(fingerprint({ recipe: { ...recipe, title: 'another', links: [] } })).toBe(fingerprint())
})

test('whatever can change a number makes another one', () => {
  const { server } = recipe
  const [program] = server.command
  const evaluation = { command: [program!], flags: [], env: {}, when: [], deadlineS: 60 }
  const all = [
    fingerprint(),
    fingerprint({ job: doing(job, { model: 'acme/another' }) }),
    fingerprint({ job: { ...job, debugTrace: !job.debugTrace } }),
    fingerprint({ profile: { ...profile, env: { A: '1' } } }),
    fingerprint({
      recipe: { ...recipe, server: { ...server, flags: [...server.flags, { name: '--x', value: true }] } },
    }),
    fingerprint({ recipe: { ...recipe, server: { ...server, env: { B: program! } } } }),
    fingerprint({ recipe: { ...recipe, replay: { ...recipe.replay, timeScale: 0.5 } } }),
    fingerprint({ recipe: { ...recipe, evaluation } }),
    // A file that the command names.
    fingerprint({}, 'another engine'),
  ]
  expect(new Set(all).size).toBe(all.length)
})
