// The tutorial, line by line, as Kubernetes 1.3 on a real etcd.
import { enterMachine } from './tutorial/machine.ts'
import { replay } from './tutorial/replay.ts'

enterMachine()
replay('v1.3')
