import { labelValueFaults } from '#schema/name-rules'
import { defineCommand } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { changeAll, type MetadataKind } from '../metadata/change-all.ts'
import { taken } from '../metadata/changes.ts'
import { metadataFlags } from '../metadata/flags.ts'

const labels: MetadataKind = {
  what: 'label',
  field: 'labels',
  fieldManager: 'kubectl-label',
  check({ set }) {
    for (const [key, value] of Object.entries(set)) {
      const [fault] = labelValueFaults(value)
      if (fault !== undefined)
        throw new KubectlError(`invalid label value: ${JSON.stringify(`${key}=${value}`)}: ${fault}`)
    }
  },
  refuseTaken(old, changes) {
    const [first] = taken(old, changes)
    if (first)
      throw new KubectlError(`'${first[0]}' already has a value (${first[1]}), and --overwrite is false`)
  },
  done(old, next, { remove }, overwrite) {
    const before = old.metadata.labels ?? {}
    const missing = remove.filter((key) => !(key in before))
    const lengths = [old, next].map((object) => JSON.stringify(object).length) as [number, number]
    const isSame = JSON.stringify(old.metadata.labels) === JSON.stringify(next.metadata.labels)
    return {
      word: isSame ? 'not labeled' : !overwrite && lengths[1] < lengths[0] ? 'unlabeled' : 'labeled',
      asides: missing.map((key) => `label ${JSON.stringify(key)} not found.`),
    }
  },
}

/** `kubectl label`. */
export const label = defineCommand({
  about: `Change the labels of objects.

KEY=VALUE sets a label, KEY- removes it. A label that has another value is changed only with --overwrite.`,
  examples: `# Set a label
kubectl label pods web unhealthy=true

# Put another value in its place
kubectl label --overwrite pods web status=unhealthy

# Remove it
kubectl label pods web status-`,
  usage:
    '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]',
  flags: metadataFlags,
  run: (call) => changeAll(labels, call),
})
