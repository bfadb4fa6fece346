// Evaluates requests against IAM policies: reads an array of {policy, resourcePolicy?, principal, account, action, resource, context}
// in JSON from the standard input, and prints an array of results: 'Allowed', 'ImplicitlyDenied', 'ExplicitlyDenied', or an error.
//
//     node infra/cloud/steps/simulate.mjs FOLDER
//
// FOLDER contains node_modules with @cloud-copilot/iam-simulate, an independent implementation of the evaluation of policies.
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

const { runSimulation } = createRequire(resolve(process.argv[2], 'package.json'))('@cloud-copilot/iam-simulate')

async function evaluate({ policy, resourcePolicy, principal, account, action, resource, context }) {
  const result = await runSimulation(
    {
      request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
      identityPolicies: [{ name: 'policy', policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy ? { resourcePolicy } : {}),
    },
    {},
  )
  return result.resultType === 'error' ? `error: ${JSON.stringify(result.errors)}` : result.overallResult
}

const requests = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(await Promise.all(requests.map(evaluate))))
