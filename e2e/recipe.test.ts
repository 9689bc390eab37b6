import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CliRun } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A copy of what a contributor edits, to run commands in. */
function workingCopy(): string {
  const folder = temporaryFolder()
  for (const name of ['benchmarks', 'configs', 'runners'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  return folder
}

function edit(folder: string, file: string, change: (text: string) => string): void {
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')))
}

describe('reprise recipe check', () => {
  test('all of ours are clean', async () => {
    const run = await runHere(['recipe', 'check'])
    expect(run.stderr).toBe('')
    expect(run.stdout).toMatch(/^\d+ recipes, \d+ bases, \d+ jobs started from them, no errors\n$/)
    expect(run.code).toBe(0)
  })

  test('a mistake of a base is told once, at its line, and ends with 2', async () => {
    const cwd = workingCopy()
    edit(cwd, 'benchmarks/bases/vllm.yaml', (text) => text.replace('job.tp', 'job.tpp'))
    const run = await runHere(['recipe', 'check'], { cwd })
    expect(run.stderr).toBe(
      `benchmarks/bases/vllm.yaml:12:31: error: nothing is called \${job.tpp}; did you mean \${job.tp}?\n1 error\n`,
    )
    expect(run.code).toBe(2)
  })

  test('a job that the recipe cannot start, as JSON and as an annotation', async () => {
    const cwd = workingCopy()
    for (const base of ['gptoss-vllm', 'gptoss-vllm-nvidia']) {
      edit(cwd, `benchmarks/bases/${base}.yaml`, (text) =>
        text.replace('kv-offloading: dram, kv-offload-backend: native', 'tp: 16'),
      )
    }
    const file = 'benchmarks/gptoss-fp4-h200-vllm.yaml'
    const run = await runHere(['recipe', 'check', file, '--json', '--annotations'], { cwd })
    const { problems, errors } = JSON.parse(run.stdout) as { problems: { code: string }[]; errors: number }
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['ignored-field']))
    expect(errors).toBe(problems.length)
    expect(run.stderr).toMatch(
      /^::error file=benchmarks\/gptoss-fp4-h200-vllm\.yaml,line=3,col=1,title=ignored-field::jobs ask for/,
    )
    expect(run.code).toBe(2)
  })

  test('a recipe that nothing uses gets a note, and no error', async () => {
    const cwd = workingCopy()
    cpSync(join(cwd, 'benchmarks/kimik2.5-fp4-b200-vllm.yaml'), join(cwd, 'benchmarks/kimik9-fp4-b200-vllm.yaml'))
    const run = await runHere(['recipe', 'check', './benchmarks/kimik9-fp4-b200-vllm.yaml'], { cwd })
    expect(run.stderr).toMatch(/^benchmarks\/kimik9-fp4-b200-vllm\.yaml:1:1: note: no configuration is started from it/)
    expect(run.code).toBe(0)
  })

  test.each([
    [['recipe', 'check', 'nowhere.yaml'], /nowhere\.yaml does not exist/],
    [['recipe', 'explain', 'dsr1-fp4-b200-sglan'], /did you mean dsr1-fp4-b200-sglang\?/],
    [['recipe', 'explain', 'kimi'], /no configuration is called "kimi"; there are kimik2\.5-fp4-b200-vllm, kimi/],
    [['recipe', 'explain', 'dsr1-fp4-b200-sglang', '--conc', '3'], /no job of dsr1-fp4-b200-sglang is left/],
  ])('%j is the author’s to mend', async (args, message) => {
    const run = await runHere(args)
    expect(run.stderr).toMatch(message)
    expect(run.stderr).not.toMatch(/^\s+at /m)
    expect(run.code).toBe(2)
  })
})

describe('reprise recipe explain', () => {
  test('a configuration whose recipe nobody has written yet', async () => {
    const cwd = workingCopy()
    rmSync(join(cwd, 'benchmarks/dsv4-fp4-b200-sglang.yaml'))
    const run = await runHere(['recipe', 'explain', 'dsv4-fp4-b200-sglang'], { cwd })
    expect(run.stderr).toMatch(/copy benchmarks\/dsv4-\S+, the nearest, to benchmarks\/dsv4-fp4-b200-sglang\.yaml/)
    expect(run.code).toBe(2)
  })

  test('row, flags with the lines they come from, command, in 100 columns', async () => {
    const run = await runHere(['recipe', 'explain', 'dsr1-fp4-b200-sglang', '--conc', '16'])
    expect(run.code).toBe(0)
    for (const line of run.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
    expect(run.stdout).toMatch(/over benchmarks\/bases\/sglang\.yaml/)
    expect(run.stdout).toMatch(/agentic-coding, tp 4, ep 4\n {2}4 GPUs on cluster:b200-dgxc, conc 16\n/)
    expect(run.stdout).toMatch(/--tensor-parallel-size 4 {2}= \$\{job\.tp\} +bases\/sglang\.yaml:\d+\n/)
    expect(run.stdout).toMatch(/--disable-radix-cache +dsr1-fp4-b200-sglang\.yaml:\d+ \(when\)\n/)
    expect(run.stdout).toMatch(/ {2}TORCH_CUDA_ARCH_LIST=10\.0 python3 -m sglang\.launch_server \\\n/)
  })

  test('as JSON: the very words of the command', async () => {
    const args = [
      'recipe',
      'explain',
      'sim-fp8-local-sim',
      '--scenario-type',
      'agentic-coding',
      '--conc',
      '2',
      '--json',
    ]
    const { shapes } = JSON.parse((await runHere(args)).stdout) as {
      shapes: { processes: { argv: string[] }[] }[]
    }
    expect(shapes.flatMap(({ processes }) => processes.map(({ argv }) => argv))).toEqual([
      ['reprise', 'serve', '--host', '127.0.0.1', '--port', '{port}', '--engine', 'benchmarks/engines/sim-8b.json'],
    ])
  })

  test('a recipe without a configuration is named, and one that ignores what its jobs ask for is explained and refused', async () => {
    const cwd = workingCopy()
    cpSync(join(cwd, 'benchmarks/TEMPLATE.yaml'), join(cwd, 'benchmarks/mine.yaml'))
    const alone = await runHere(['recipe', 'explain', 'mine'], { cwd })
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringMatching(/add its entry.*: benchmarks\/mine\.yaml$/m) })
    edit(cwd, 'benchmarks/dsr1-fp4-b200-sglang.yaml', (text) => text.replace(/^ *--ep-size: .*\n/m, ''))
    const run = await runHere(['recipe', 'explain', 'dsr1-fp4-b200-sglang'], { cwd })
    expect(run.stdout).toMatch(/--tensor-parallel-size 4/)
    expect(run.stderr).toMatch(/^benchmarks\/dsr1-fp4-b200-sglang\.yaml:\d+:1: error: jobs ask for ep 4/)
    expect(run.code).toBe(2)
  })

  test('what is unknown', async () => {
    const run = await runHere(['recipe', 'explain', 'dsr1-fp4-b200-dynamo-trt'])
    expect(run.stdout).toMatch(/unknown {5}flags of the prefill and decode workers/)
    expect(run.stdout).toMatch(/so it cannot be launched yet/)
  })
})

describe('a contributor with CONTRIBUTING.md at hand', () => {
  const section = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
    .split(/^## /m)
    .find((text) => text.startsWith('A recipe'))!
  const blocks = [...section.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({ kind, text: text! }))
  const [recipe, entry] = blocks.filter(({ kind }) => kind === 'yaml').map(({ text }) => text)
  const commands = blocks.filter(({ kind }) => kind === '').flatMap(({ text }) => text.trim().split('\n'))

  test('its example goes all the way to a table, typed as it stands', async () => {
    const cwd = workingCopy()
    const runs: CliRun[] = []
    for (const command of commands) {
      const [program, ...words] = command.split(' ')
      if (program === 'cp') {
        cpSync(join(cwd, words[0]!), join(cwd, words[1]!))
        writeFileSync(join(cwd, words[1]!), recipe!)
        appendFileSync(join(cwd, 'configs/local.yaml'), `\n${entry}`)
      } else if (words[0] === 'reprise') {
        runs.push(await runHere(words.slice(1), { cwd }))
        expect(runs.at(-1)!.code, `${command}\n${runs.at(-1)!.stderr}`).toBe(0)
      } else expect(command).toBe('npx vitest run packages/launcher/src/recipe --update')
    }
    const [validate, check, explain, bench] = runs
    expect(validate!.stderr).not.toMatch(/tiny-fp8-local-mine has no recipe/)
    expect(check).toMatchObject({ stdout: '1 recipe, 0 bases, 2 jobs started from them, no errors\n', stderr: '' })
    expect(explain!.stdout).toMatch(/MY_LOG_LEVEL=info reprise serve --port \{port\}/)
    expect(bench!.stdout).toMatch(/tiny-fp8-local-mine[\s\S]*1 job: 1 done, 0 failed/)
  })

  test('the template, filled in for a model on a fleet', async () => {
    const cwd = workingCopy()
    const file = 'benchmarks/tiny-bf16-h100-vllm.yaml'
    cpSync(join(cwd, 'benchmarks/TEMPLATE.yaml'), join(cwd, file))
    edit(cwd, file, (text) =>
      text.replace(/^title: .*$/m, 'title: Tiny 8b BF16 on H100, vLLM').replace(/^unknown:\n- .*\n/m, ''),
    )
    const lines = [
      'tiny-bf16-h100-vllm:',
      '  extends: [vllm, h100]',
      '  model: acme/tiny-8b',
      '  model-prefix: tiny',
      '  precision: bf16',
      '  scenarios:',
      '    fixed-seq-len: [{ isl: 1024, osl: 1024, search-space: [{ tp: 2, conc-list: [4] }] }]',
      '    agentic-coding: [{ search-space: [{ tp: 2, kv-offloading: none, conc-list: [4] }] }]',
    ]
    appendFileSync(join(cwd, 'configs/nvidia-master.yaml'), `\n${lines.join('\n')}\n`)
    const check = await runHere(['recipe', 'check', file], { cwd })
    expect(check).toMatchObject({
      code: 0,
      stderr: '',
      stdout: '1 recipe, 0 bases, 2 jobs started from them, no errors\n',
    })
    const explain = await runHere(['recipe', 'explain', 'tiny-bf16-h100-vllm'], { cwd })
    expect(explain.stdout).toMatch(/vllm serve acme\/tiny-8b --host 0\.0\.0\.0 --port \{port\}/)
    expect(explain.stdout).toMatch(/--max-model-len \d+ {2}= \$\{job\.max-model-len\}/)
  })

  test('every file that it names is there', () => {
    const named = [...section.matchAll(/`((?:benchmarks|configs|packages|bases)\/[\w./-]+\.yaml)`/g)].map(
      ([, path]) => path!,
    )
    expect(named.length).toBeGreaterThan(2)
    const missing = named.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, 'benchmarks', path)))
    expect(missing).toEqual([])
  })
})
