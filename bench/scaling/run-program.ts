import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ProgramRun {
  readonly wallS: number
  /** Of all threads of the process. */
  readonly cpuS: number
}

const program = new URL('../../packages/cli/bin/reprise.mjs', import.meta.url).pathname

/** Has the process tell at its end what it took of processors. */
const teller = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write('\\n'+(user+system))})`

/** Runs the program in a folder until it ends. @throws Error where it does not end well. */
export async function runProgram(words: readonly string[], cwd: string): Promise<ProgramRun> {
  const startMs = performance.now()
  const child = spawn(process.execPath, ['--import', teller, program, ...words], {
    ...{ cwd, stdio: ['ignore', 'ignore', 'pipe'] },
  })
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${said}`)
  return { wallS: (performance.now() - startMs) / 1_000, cpuS: Number(said.split('\n').at(-1)) / 1e6 }
}
