import { spawnSync } from 'node:child_process'
import { chromiumPath } from './chromium-path.ts'

/** Chromium draws the report in the tests. Where it is missing and may be installed, it is; else those tests say that they skip. */
export default function setup(): void {
  if (chromiumPath()) return
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) {
    console.warn(
      'chromium is not installed, and this user cannot install it with apt-get: the tests of the report will be SKIPPED',
    )
    return
  }
  console.warn('installing chromium for the tests of the report ...')
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  apt('update', '-qq')
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core')
  if (!chromiumPath()) console.warn('chromium could not be installed: the tests of the report will be SKIPPED')
}
