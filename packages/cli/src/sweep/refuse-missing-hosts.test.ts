import { expect, test } from 'vitest'
import { refuseMissingHosts } from './refuse-missing-hosts.ts'

const jobs = (...profiles: string[]) => profiles.map((profile) => ({ profile }))
const hostOf = (profile: string) => ({ lab: 'docker', local: 'process', cluster: 'slurm' })[profile] as 'docker'
const nothing = () => false

test('jobs that this machine cannot start are told before the first one starts', () => {
  expect(() => refuseMissingHosts(jobs('lab', 'lab'), hostOf, nothing)).toThrow(
    '2 of 2 jobs need a docker host, and docker version does not answer here',
  )
  expect(() =>
    refuseMissingHosts(jobs('local', 'cluster'), hostOf, (question) => !question.startsWith('sinfo')),
  ).toThrow('1 of 2 jobs needs a slurm host, and sinfo --noheader does not answer here')
})

test('a plain process needs nothing, and neither does what answers', () => {
  expect(() => refuseMissingHosts(jobs('local'), hostOf, nothing)).not.toThrow()
  expect(() => refuseMissingHosts(jobs('lab', 'cluster', 'local'), hostOf, () => true)).not.toThrow()
})
