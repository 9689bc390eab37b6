// Runs the lightest job of every configuration and scenario of the sweep plan SWEEP without an accelerator, and keeps the runs in OUT: jobs
// of simulated servers as they are, through launch, replay and collection; the load of any other against the engine model, on virtual time.
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cell, type Ended, optionalSetting, type PlannedJob, readSweep, reprise, setting } from './sweep.ts'

async function main(): Promise<void> {
  const out = setting('OUT')
  mkdirSync(out, { recursive: true })
  const lines = ['### Simulated runs', '', '| configuration | scenario | run | |', '| --- | --- | --- | --- |']
  for (const job of lightest(readSweep(setting('SWEEP')))) {
    const { code, lastLine } = await smoke(job, join(out, job.id))
    const what = isSimulated(job) ? 'server, replay, collection' : 'engine model'
    lines.push(`| ${cell(job.configKey)} | ${scenario(job)} | ${what} | ${code === 0 ? 'ok' : cell(lastLine)} |`)
    console.log(`${code === 0 ? 'ok' : 'FAILED'} ${job.id} ${scenario(job)} (${what})`)
    if (code === 0) continue
    console.error(cell(lastLine))
    process.exitCode = 1
  }
  const summary = optionalSetting('GITHUB_STEP_SUMMARY')
  if (summary) appendFileSync(summary, `${lines.join('\n')}\n`)
}

/** One job for each configuration and scenario: the one with the fewest agents. */
function lightest(jobs: readonly PlannedJob[]): PlannedJob[] {
  const groups = Map.groupBy(jobs, (job) => `${scenario(job)} ${job.configKey}`)
  return [...groups.values()].map((own) => own.toSorted((a, b) => lanes(a) - lanes(b))[0]!)
}

function smoke(job: PlannedJob, out: string): Promise<Ended> {
  if (isSimulated(job)) {
    const { configKey, id } = job
    return reprise(['bench', `--config-key=${configKey}`, `--point=${id}`, '--duration-override=4', `--out=${out}`])
  }
  const { scenario: load } = job.job
  const flags =
    load.kind === 'agentic-coding'
      ? ['--preset=agentx-v0.1']
      : ['--preset=fixed-seq-len', `--isl=${load.inputTokens}`, `--osl=${load.outputTokens}`]
  return reprise(['simulate', ...flags, `--lanes=${lanes(job)}`, '--duration=60s', `--out=${out}`, '--quiet'])
}

function scenario({ job }: PlannedJob): string {
  return job.scenario.kind
}

/** The fewest, where several are measured in turn. */
function lanes({ job }: PlannedJob): number {
  return Math.min(...job.concurrencies)
}

/** Its recipe starts the embedded engine, as a process. */
function isSimulated({ profile, recipe }: PlannedJob): boolean {
  return profile === 'local' && recipe !== undefined
}

await main()
