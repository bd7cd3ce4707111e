import { defineCommand } from '../command.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import { follow } from '../get/follow.ts'
import { type GetCall, showObjects, showRaw, showTables } from '../get/run.ts'
import { choosePrinter } from '../printers/choose.ts'
import { type Wanted, readWanted } from '../resources/wanted.ts'
import { getFlags } from './get-flags.ts'

const examples = `# List the pods of the namespace
kubectl get pods

# List them with more columns, in all namespaces
kubectl get pods -A -o wide

# Show one pod as YAML
kubectl get pod web -o yaml

# List objects of several types
kubectl get pods,services

# Follow what happens to pods with a label
kubectl get pods -l app=web -w`

/** `kubectl get`. */
export const get = defineCommand({
  about: `Show objects, one or many.

The server makes the table: its columns are those that matter most for the type. Of a namespaced type only the objects of
the current namespace are shown, unless --namespace or --all-namespaces says otherwise.`,
  examples,
  usage:
    '[(-o|--output=)json|yaml|name|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]',
  flags: getFlags,
  async run(call) {
    if (call.values.raw !== '') return showRaw(call)
    const printer = printerOf(call)
    const wanted = await wantedOf(call)
    if (call.values.watch || call.values.watchOnly) return follow(call, wanted, printer)
    const errors = printer ? await showObjects(call, wanted, printer) : await showTables(call, wanted)
    return Failures.throwIfAny(errors)
  },
})

/** Undefined for tables. */
function printerOf({ values }: GetCall) {
  const { output } = values
  return output === '' || output === 'wide'
    ? undefined
    : choosePrinter({ ...values, allowMissing: values.allowMissingTemplateKeys }, ['wide'])
}

async function wantedOf({ args, values, factory, path }: GetCall): Promise<Wanted[]> {
  if (args.length === 0) throw nothingAsked(path)
  const wanted = await readWanted(args, await factory.mapper())
  const hasName = wanted.some(({ name }) => name !== undefined)
  if (hasName && (values.selector !== '' || values.fieldSelector !== ''))
    throw new KubectlError('name cannot be provided when a selector is specified')
  if (hasName && values.allNamespaces)
    throw new KubectlError('a resource cannot be retrieved by name across all namespaces')
  return wanted
}

function nothingAsked(path: string): KubectlError {
  return new KubectlError(
    `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See '${path} -h' for help and examples`,
    { isPrefixed: false },
  )
}
