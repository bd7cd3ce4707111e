import { isRuntimeFault, type Runtime } from '../contract.ts'
import { type Attempt, bad, good, outputBytesMax } from './outcome.ts'

/** Runs a command in the container: it must end with 0 in time. */
export const execProbe =
  (
    runtime: Pick<Runtime, 'execSync'>,
    containerId: string,
    command: readonly string[],
    timeoutSeconds: number,
  ): Attempt =>
  async (signal) => {
    try {
      const { exitCode, stdout, stderr } = await runtime.execSync(
        containerId,
        command,
        timeoutSeconds,
        signal,
      )
      const output = Buffer.concat([stdout, stderr]).subarray(0, outputBytesMax).toString()
      return exitCode === 0 ? good(output) : bad(output)
    } catch (error) {
      if (signal.aborted || !isRuntimeFault(error, 'timeout')) throw error
      return bad(`command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutSeconds}s`)
    }
  }
