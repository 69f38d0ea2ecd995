/** Where an older real server differs from the newest, and the sandbox does as the newest. */
export interface AllowedDifference {
  readonly reason: string;
  /** Titles of the questions that show it. */
  readonly titles: RegExp;
}

/**
 * By control plane. Each of these questions must have other answers of the two real servers; a difference that only the sandbox has
 * is allowed nowhere.
 */
export const allowedDifferences: Readonly<Record<string, readonly AllowedDifference[]>> = {
  "1.30": [
    {
      reason:
        "the columns of a built-in kind are those of the newest release, which a client prints as they come",
      titles:
        /\/(nodes|customresourcedefinitions|serviceaccounts|resourcequotas|priorityclasses)[/?].*as=Table/,
    },
    {
      reason:
        "storageVersionHash is of the version in which the newest release stores objects, and no client reads it",
      titles: /GET \/apis\/(admissionregistration|discovery)\.k8s\.io\/v1\?/,
    },
    {
      reason: "a scale of nothing and a component that there is not are called so since 1.31",
      titles:
        /GET \/(apis\/apps\/v1\/namespaces\/shop\/deployments\/none\/scale|api\/v1\/componentstatuses\/none)$/,
    },
    {
      reason: "a list at a resourceVersion that is no number was an internal error",
      titles: /&resourceVersion=abc$/,
    },
    {
      reason: "Services have fields for selectors since 1.31",
      titles: /\/services\?fieldSelector=spec\.nonsense/,
    },
    {
      reason: "access reviews know selectors since 1.31",
      titles: /selfsubjectaccessreviews \| .*"(label|field)Selector"/,
    },
    {
      reason: "the fields and words of an invalid review are those of declarative validation",
      titles:
        /(selfsubjectaccessreviews \| (null$|\{"apiVersion":"authorization.k8s.io\/v1","kind":"SelfSubjectAccessReview"(,"spec":\{\})?\}$|.*"resourceAttributes".*"nonResourceAttributes"))|localsubjectaccessreviews \| .*"nonResourceAttributes"/,
    },
  ],
};
