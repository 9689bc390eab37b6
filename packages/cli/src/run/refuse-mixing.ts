import { basename, dirname, resolve } from 'node:path'
import { RunFolderError, removeRun, runsBeside } from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import { isPointName } from '../options/load-point.ts'
import type { RunPlaces } from '../options/run-folders.ts'

/**
 * Refuses a folder in which runs of another command lie, beside or below those that are to be written: whoever reads the folder would take
 * them for one sweep. The points of an earlier sweep may be overwritten, and nothing else is: a folder of runs is no run.
 *
 * @throws RunFolderError
 */
export async function refuseMixing(places: RunPlaces, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
  const others = await othersIn(places)
  const foreign = overwrite ? others.filter((each) => !isReplaceable(each, places)) : others
  if (foreign.length === 0) return
  const shown = foreign.slice(0, 4).map((each) => printable(each, 200))
  const what = `other runs lie in it: ${shown.join(', ')}${foreign.length > shown.length ? ', ...' : ''}`
  const replaceable = foreign.every((each) => isReplaceable(each, places))
  const cure = replaceable ? 'Choose another folder, or replace them with --overwrite.' : 'Choose another folder.'
  throw new RunFolderError(places.base, what, cure)
}

/** Takes away what `refuseMixing` let pass: the points of an earlier sweep that this command does not write. @throws RunFolderError */
export async function removeOthers(places: RunPlaces): Promise<void> {
  for (const each of await othersIn(places)) if (isReplaceable(each, places)) await removeRun(each)
}

function othersIn({ base, points, folderOf }: RunPlaces): Promise<string[]> {
  return runsBeside(base, points.map(folderOf))
}

function isReplaceable(folder: string, { base }: RunPlaces): boolean {
  return folder === base || (resolve(dirname(folder)) === resolve(base) && isPointName(basename(folder)))
}
