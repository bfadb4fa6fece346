/** Names for the shapes of the API, so that a page needs no path into the generated file. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Usage = Schemas['Usage'];
export type MonthlyUsage = Schemas['MonthlyUsage'];
export type DayUsage = Schemas['DayUsage'];
export type Forecast = Schemas['Forecast'];
export type ReportForecast = Schemas['ReportForecast'];
export type Run = Schemas['Run'];
export type RunWithContent = Schemas['RunWithContent'];
export type RunStatus = Schemas['RunStatus'];
export type Configuration = Schemas['Configuration'];
export type Repository = Schemas['Repository'];
export type Notice = Schemas['Notice'];
export type Profile = Schemas['Profile'];
export type EndpointHealth = Schemas['EndpointHealth'];
export type Config = Schemas['Config'];
export type SignIn = Schemas['SignIn'];
export type Pagination = Schemas['Pagination'];
export type Problem = Schemas['Problem'];
export type FieldError = Schemas['FieldError'];
export type Schema<Name extends keyof Schemas> = Schemas[Name];
