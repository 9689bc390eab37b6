import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cell } from '../../.github/scripts/sweep.ts'
import { root } from '../sources.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { readWorkflows } from './read-workflows.ts'
import { sampleJob } from './sample-job.ts'

function planLaunches(...jobs: readonly object[]) {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ schema: 'sweep-plan/1', jobs }))
  const { status, stderr } = spawnSync(process.execPath, ['.github/scripts/plan-launches.ts'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      ...process.env,
      SWEEP: join(folder, 'sweep.json'),
      PLANNED: join(folder, 'new/comment.md'),
      ESTIMATE: JSON.stringify({ gpuHours: 1.26, wallHours: 0.5 }),
    },
  })
  return { status, stderr, comment: readFileSync(join(folder, 'new/comment.md'), 'utf8') }
}

describe('the planned matrix', () => {
  it('has a row for each configuration, and the cost', () => {
    const { recipe: _, ...bare } = sampleJob
    const { status, comment } = planLaunches(sampleJob, { ...bare, configKey: 'bare' })
    expect(status).toBe(0)
    expect(comment).toContain('### Planned: 2 jobs, 1.3 GPU hours, 0.5 hours until the last is done')
    expect(comment).toContain('| sim-fp8-local-sim | 1 | 1 | ubuntu-latest | planned |')
    expect(comment).toContain('| bare | 1 | 1 | ubuntu-latest | no recipe yet |')
  })

  it('is red where a recipe leads to no command, and says why', () => {
    const { status, stderr, comment } = planLaunches({ ...sampleJob, recipe: 'benchmarks/absent.yaml' })
    expect(status).toBe(1)
    expect(stderr).toContain('absent.yaml')
    expect(comment).toContain('absent.yaml')
  })
})

describe('text of a pull request in a table', () => {
  it('formats nothing, links nothing, mentions nobody, ends no row', () => {
    const text = cell('@ada [x](http://y) <b> `c` a|b\n**d** _e_ &amp; #1 \u202e\u001b[31m')
    for (const sign of '@[]<>`|&#\n\u202e\u001b') expect(text).not.toContain(sign)
    expect(text).toContain('\\*\\*d\\*\\*')
  })

  it('is cut', () => {
    expect(cell('x'.repeat(1_000))).toHaveLength(200)
  })
})

describe('what GitHub is to attest', () => {
  it('is every manifest and the collection, by name and digest, and nothing else', () => {
    const folder = temporaryFolder()
    const files = ['jobs/job-1/run/manifest.json', 'jobs/job-2/run/lanes 4/manifest.json', 'results/collection.json']
    for (const file of [...files, 'jobs/job-1/run/records.jsonl']) {
      mkdirSync(join(folder, file, '..'), { recursive: true })
      writeFileSync(join(folder, file), file)
    }
    const script = readWorkflows()
      .get('run-sweep.yml')!
      .jobs.attest!.steps!.find(({ run }) => run)!.run!
    const checksums = join(temporaryFolder(), 'checksums.txt')
    const { status } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      env: { PATH: process.env.PATH, ATTESTED: folder, CHECKSUMS: checksums },
    })
    expect(status).toBe(0)
    const lines = files.map((file) => `${createHash('sha256').update(file).digest('hex')}  ./${file}`)
    expect(readFileSync(checksums, 'utf8').trimEnd().split('\n')).toEqual(lines)
  })
})
