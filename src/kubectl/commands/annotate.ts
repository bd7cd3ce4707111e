import { defineCommand } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { changeAll, type MetadataKind } from '../metadata/change-all.ts'
import { taken } from '../metadata/changes.ts'
import { metadataFlags } from '../metadata/flags.ts'

const annotations: MetadataKind = {
  what: 'annotation',
  field: 'annotations',
  fieldManager: 'kubectl-annotate',
  check() {},
  refuseTaken(old, changes) {
    const found = taken(old, changes).map(([key, value]) => `'${key}' already has a value (${value})`)
    if (found.length > 0)
      throw new KubectlError(
        `--overwrite is false but found the following declared annotation(s): ${found.join('; ')}`,
      )
  },
  done: () => ({ word: 'annotated', asides: [] }),
}

/** `kubectl annotate`. */
export const annotate = defineCommand({
  about: `Change the annotations of objects.

KEY=VALUE sets an annotation, KEY- removes it. One that has another value is changed only with --overwrite.`,
  examples: `# Set an annotation
kubectl annotate pods web description='my frontend'

# Remove it
kubectl annotate pods web description-`,
  usage:
    '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]',
  flags: metadataFlags,
  run: (call) => changeAll(annotations, call),
})
