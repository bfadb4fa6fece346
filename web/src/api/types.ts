/** Names for the shapes of the API, so that a page needs no path into the generated file. */
import type { components } from './schema';
import type { RunDelivery } from './pending';

type Schemas = components['schemas'];

/** `revision` and `as_of` are missing in answers of an older API. */
export type Usage = Schemas['Usage'] & { revision?: number; as_of?: string };
export type MonthlyUsage = Schemas['MonthlyUsage'];
export type DayUsage = Schemas['DayUsage'];
export type Forecast = Schemas['Forecast'];
export type ReportForecast = Schemas['ReportForecast'];
/** `delivery` is missing in answers of an older API. */
export type Run = Schemas['Run'] & { delivery?: RunDelivery };
export type RunWithContent = Schemas['RunWithContent'] & { delivery?: RunDelivery };
export type RunStatus = Schemas['RunStatus'];
export type Configuration = Schemas['Configuration'];
export type Repository = Schemas['Repository'];
export type Notice = Schemas['Notice'];
export type Profile = Schemas['Profile'];
export type EndpointHealth = Schemas['EndpointHealth'];
export type Pagination = Schemas['Pagination'];
export type Problem = Schemas['Problem'];
export type FieldError = Schemas['FieldError'];
export type Schema<Name extends keyof Schemas> = Schemas[Name];
