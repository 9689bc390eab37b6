/**
 * Brings a Slurm cluster up on this machine and holds it: run as a program, `node slurm-guardian.fixture.ts FOLDER NODES GPUS`. Says
 * `up` when its nodes are idle. When its stdin ends, whoever started it is gone, however that went: it ends all jobs and daemons, what
 * these have started, and removes the folder.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const [folder, nodes, gpus] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])]
const configuration = join(folder, 'slurm.conf')
const env = { ...process.env, SLURM_CONF: configuration }
const daemons: ChildProcess[] = []
const state = { isOver: false }

process.stdin.resume()
process.stdin.on('end', () => void end())
process.stdin.on('error', () => void end())
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void end())

await bringUp()

async function bringUp(): Promise<void> {
  for (const each of ['state', 'log', 'dev', 'spool']) mkdirSync(join(folder, each), { recursive: true })
  writeFileSync(join(folder, 'munge.key'), randomBytes(128), { mode: 0o400 })
  // Slurm takes none but device nodes for accelerators; these lead to the null device.
  for (let i = 0; i < gpus; i++) spawnSync('mknod', [join(folder, 'dev', `nvidia${i}`), 'c', '1', '3'])
  writeFileSync(configuration, slurmConf(await freePorts(nodes + 1)))
  const devices = `NodeName=gpu[0-${nodes - 1}] Name=gpu Type=h100 File=${folder}/dev/nvidia[0-${gpus - 1}] Flags=nvidia_gpu_env`
  writeFileSync(join(folder, 'gres.conf'), `AutoDetect=off\n${devices}\n`)
  const munge = [
    'key-file=munge.key',
    'socket=munge.sock',
    'pid-file=munge.pid',
    'log-file=log/munged.log',
    'seed-file=seed',
  ]
  start('munged', '--foreground', '--force', ...munge.map((each) => `--${each.replace('=', `=${folder}/`)}`))
  await until(() => existsSync(join(folder, 'munge.sock')))
  start('slurmctld', '-D')
  for (let i = 0; i < nodes; i++) start('slurmd', '-D', '-N', `gpu${i}`)
  const idle = () =>
    spawnSync('sinfo', ['-h', '-N', '-p', 'gpu', '-t', 'idle', '-o', '%N'], { env, encoding: 'utf8' }).stdout
  await until(() => idle().trim().split('\n').length === nodes && idle().includes('gpu0'))
  process.stdout.write('up\n')
}

function start(file: string, ...args: string[]): void {
  const child = spawn(file, args, { env, stdio: 'ignore' })
  child.on('error', () => void end())
  daemons.push(child)
}

async function until(isSo: () => boolean): Promise<void> {
  for (const endMs = performance.now() + 40_000; !isSo() && !state.isOver; await sleep(100)) {
    if (performance.now() < endMs) continue
    process.stderr.write(
      globSync(join(folder, 'log/*'))
        .map((file) => readFileSync(file, 'utf8').slice(-2_000))
        .join('\n'),
    )
    return end()
  }
}

/** Jobs first: a controller that ends leaves their steps running. */
async function end(): Promise<never> {
  if (state.isOver) return new Promise(() => {})
  state.isOver = true
  const user = String(process.getuid?.() ?? 0)
  for (const signal of ['KILL', undefined]) {
    spawnSync('scancel', [...(signal ? [`--signal=${signal}`] : []), `--user=${user}`], { env, timeout: 5_000 })
  }
  for (const child of daemons.toReversed()) child.kill('SIGTERM')
  for (let i = 0; i < 30 && daemons.some(isThere); i++) await sleep(100)
  for (const child of daemons) if (isThere(child)) child.kill('SIGKILL')
  for (const pid of strays()) kill(pid)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.exit(0)
}

function isThere({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null
}

/** Managers of steps make themselves daemons, and what they run is theirs: all of it knows the cluster by its file. */
function strays(): number[] {
  return globSync('/proc/[0-9]*/environ').flatMap((file) => {
    const pid = Number(file.split('/')[2])
    try {
      const isOurs = pid !== process.pid && readFileSync(file, 'utf8').includes(`SLURM_CONF=${configuration}\0`)
      return isOurs && pid !== process.ppid ? [pid] : []
    } catch {
      return []
    }
  })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

function slurmConf([controller, ...ports]: readonly number[]): string {
  const host = hostname().split('.')[0]
  const node = (port: number, i: number) =>
    `NodeName=gpu${i} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=64 RealMemory=64000 Gres=gpu:h100:${gpus} Feature=h100 State=UNKNOWN`
  const partition = (name: string, more: string) =>
    `PartitionName=${name} Nodes=gpu[0-${nodes - 1}] MaxTime=INFINITE State=UP ${more}`
  return `${[
    'ClusterName=reprise',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    'AuthType=auth/munge',
    `AuthInfo=socket=${folder}/munge.sock`,
    'CredType=cred/munge',
    'SlurmUser=root',
    'SlurmdUser=root',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool/%n`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.%n.pid`,
    `SlurmctldLogFile=${folder}/log/slurmctld.log`,
    `SlurmdLogFile=${folder}/log/slurmd.%n.log`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'JobAcctGatherType=jobacct_gather/none',
    'AccountingStorageType=accounting_storage/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core_Memory',
    'GresTypes=gpu',
    'SlurmdParameters=config_overrides',
    'DefMemPerCPU=100',
    'MpiDefault=none',
    // A node that was down or drained is taken back by hand alone.
    'ReturnToService=0',
    'KillWait=2',
    'PreemptType=preempt/partition_prio',
    'PreemptMode=CANCEL',
    'SchedulerParameters=batch_sched_delay=0,sched_min_interval=0',
    ...ports.map(node),
    partition('gpu', 'Default=YES PriorityTier=1'),
    partition('urgent', 'PriorityTier=9'),
    partition('small', 'MaxNodes=1 PriorityTier=1'),
  ].join('\n')}\n`
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => new Promise((done) => server.once('listening', done))))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  for (const server of servers) server.close()
  return ports
}
