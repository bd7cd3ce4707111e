import { defineCommand } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { print } from '../io.ts'
import { changeFile, fileOf } from '../kubeconfig/write.ts'

const deleter = (part: 'clusters' | 'users' | 'contexts', what: string) =>
  defineCommand({
    about: `Delete a ${what} from the kubeconfig.`,
    examples: `# Delete a ${what}\nkubectl config delete-${what} NAME`,
    usage: 'NAME [options]',
    flags: {},
    async run({ args, global, io }) {
      const [name] = args
      if (name === undefined || args.length > 1)
        throw new KubectlError(`Unexpected args: [${args.join(' ')}]`)
      let isThere = false
      const file = await fileOf(global, io, (config) => config[part].has(name))
      await changeFile(
        global,
        io,
        (config) => config[part].has(name),
        (config) => {
          isThere = config[part].delete(name)
        },
      )
      if (!isThere) throw new KubectlError(`cannot delete ${what} ${name}, not in ${file}`)
      print(io, `deleted ${what} ${name} from ${file}\n`)
    },
  })

/** `kubectl config delete-cluster`. */
export const deleteCluster = deleter('clusters', 'cluster')

/** `kubectl config delete-context`. */
export const deleteContext = deleter('contexts', 'context')

/** `kubectl config delete-user`. */
export const deleteUser = deleter('users', 'user')
