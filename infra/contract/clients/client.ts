// A client's view of the API: this file must compile against the types that openapi-typescript generates without options.
// Every line marked with @ts-expect-error must not compile.
import type { components, operations, paths } from "./api";

type Schemas = components["schemas"];
type Run = Schemas["Run"];
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

// A configuration requires three members, and accepts more.
export const smallest: Schemas["ConfigurationRequest"] = {
  repository_id: "019b76da-a800-7000-8000-000000000001",
  branch: "main",
  schedule: "0 9 * * 1-5",
};
export const larger: Schemas["ConfigurationRequest"] = { ...smallest, report_style: "Changelog", webhook_format: null };
// @ts-expect-error a style must be one of three values
export const misspelt: Schemas["ConfigurationRequest"] = { ...smallest, report_style: "changelog" };
// @ts-expect-error a schedule is required
export const incomplete: Schemas["ConfigurationRequest"] = { repository_id: "", branch: "main" };

// The body of a GET can be sent back in a PUT, and a patch requires no member.
export const back = (read: Schemas["Configuration"]): Schemas["ConfigurationRequest"] => read;
export const profile = (read: Schemas["Profile"]): Schemas["ProfileRequest"] => read;
export const account = (read: Schemas["Account"]): Schemas["AccountRequest"] => read;
export const patch: Schemas["ConfigurationPatch"] = { enabled: false };

// Enumerations are unions, in requests, answers and parameters.
export const words: [
  Same<Run["status"], "running" | "success" | "failed" | "cancelled">,
  Same<Run["trigger"], "schedule" | "manual" | "test">,
  Same<Schemas["Plan"]["plan_name"], "free" | "pro">,
  Same<NonNullable<operations["listReportRuns"]["parameters"]["query"]>["status"], Run["status"] | undefined>,
  Same<Schemas["Repository"]["provider"], "github" | "gitlab" | "gitea" | null>,
] = [true, true, true, true, true];

// A run has the same type in every answer.
type Answer<P extends keyof paths, M extends keyof paths[P], S extends number> =
  paths[P][M] extends { responses: infer R }
    ? S extends keyof R ? R[S] extends { content: { "application/json": infer B } } ? B : never : never
    : never;
export const runs: [
  Same<Answer<"/report-runs", "get", 200>["data"][number], Run>,
  Same<Answer<"/report-runs/{id}/cancel", "post", 200>, Run>,
  Same<Answer<"/report-configurations/{id}/run", "post", 202>, Run>,
  Answer<"/report-runs/{id}", "get", 200> extends Run ? true : false,
  Answer<"/report-configurations/{id}/test-webhook", "post", 200> extends Run ? true : false,
] = [true, true, true, true, true];

// A member whose value is null is present.
export function describe(run: Run): string {
  switch (run.status) {
    case "failed":
      return run.error_code === null ? "failed" : `failed: ${run.error_code}`;
    case "running":
    case "success":
    case "cancelled":
      return run.completed_at ?? run.status;
  }
}

// A problem's code is a union too, and every operation has a type for its problems.
export function retry(problem: Schemas["Problem"]): boolean {
  return problem.code === "SERVICE_UNAVAILABLE" || problem.code === "SLOTS_IN_USE";
}
export type Refusal = operations["startRun"]["responses"][429]["content"]["application/problem+json"];
export const refusal: Same<Refusal, Schemas["Problem"]> = true;
