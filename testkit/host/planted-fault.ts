// A test that never fails shows nothing. A planted fault is a change of one of our source files, made while the file
// is loaded by a program that a test starts: the test must then find what it exists to find.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A change of source text: `find` stands exactly once in `file`, a path such as "src/store/sqlite/database.ts". */
export interface PlantedFault {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** Where a program that is started with planted faults finds them. */
export const plantedFaultsVariable = 'KUBELING_PLANTED_FAULTS'

const root = resolve(import.meta.dirname, '../..')
const hook = pathToFileURL(resolve(import.meta.dirname, 'plant-faults.ts')).href

/**
 * The environment for a program run from its sources (`node src/bin/kube-apiserver.ts`), in which the faults are there
 * in all its threads. The program says "planted fault in FILE" on stderr when it loads a changed file, which the test
 * should see. @throws AssertionError when a text to change is not there exactly once.
 */
export function plantFaults(...faults: readonly PlantedFault[]): NodeJS.ProcessEnv {
  for (const { file, find } of faults) {
    const times = readFileSync(resolve(root, file), 'utf8').split(find).length - 1
    assert.equal(times, 1, `${JSON.stringify(find)} stands ${times} times in ${file}`)
  }
  const urls = faults.map((fault) => ({ ...fault, url: pathToFileURL(resolve(root, fault.file)).href }))
  return {
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${hook}`.trim(),
    [plantedFaultsVariable]: JSON.stringify(urls),
  }
}
