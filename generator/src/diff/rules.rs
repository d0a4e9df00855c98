//! Rules of the diff, by name. Each has a page in `rules/`, which the `explain` command prints.

use std::fmt;
use std::str::FromStr;

macro_rules! rules {
    ($($rule:ident = $id:literal,)*) => {
        /// Kind of change that the diff reports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(
                #[doc = concat!("See `generator/src/diff/rules/", $id, ".md`.")]
                $rule,
            )*
        }

        impl Rule {
            /// All rules, by topic.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// Returns the name of the rule, such as `parameter-removed`.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$rule => $id,)*
                }
            }

            /// Returns the page of the rule in Markdown: what changes for whom, and what to do.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Self::$rule => include_str!(concat!("rules/", $id, ".md")),)*
                }
            }
        }
    };
}

rules! {
    ServiceAdded = "service-added",
    ServiceRemoved = "service-removed",
    ServiceRenamed = "service-renamed",
    NameChanged = "name-changed",
    DocsChanged = "docs-changed",
    Deprecated = "deprecated",
    DeprecationLifted = "deprecation-lifted",
    AliasAdded = "alias-added",
    AliasRemoved = "alias-removed",
    ArgumentsChanged = "arguments-changed",
    RustNameChanged = "rust-name-changed",
    RustNameTakenOver = "rust-name-taken-over",
    RemovedNameCameBack = "removed-name-came-back",
    RemovedNameForgotten = "removed-name-forgotten",
    NameRemovedForEver = "name-removed-for-ever",
    ParameterAdded = "parameter-added",
    RequiredParameterAdded = "required-parameter-added",
    ParameterRemoved = "parameter-removed",
    ParameterBecameRequired = "parameter-became-required",
    ParameterBecameOptional = "parameter-became-optional",
    ParameterMoved = "parameter-moved",
    FieldMoved = "field-moved",
    WireNameChanged = "wire-name-changed",
    FieldAdded = "field-added",
    RequiredFieldAdded = "required-field-added",
    FieldRemoved = "field-removed",
    FieldBecameRequired = "field-became-required",
    FieldBecameOptional = "field-became-optional",
    FieldsReordered = "fields-reordered",
    TypeChanged = "type-changed",
    TimestampFormatChanged = "timestamp-format-changed",
    BoxChanged = "box-changed",
    LimitTightened = "limit-tightened",
    LimitLoosened = "limit-loosened",
    PatternChanged = "pattern-changed",
    LimitOfFieldChanged = "limit-of-field-changed",
    RequirementTightened = "requirement-tightened",
    RequirementLoosened = "requirement-loosened",
    DefaultChanged = "default-changed",
    DefaultDocumented = "default-documented",
    SensitivityChanged = "sensitivity-changed",
    IdempotencyTokenAdded = "idempotency-token-added",
    IdempotencyTokenRemoved = "idempotency-token-removed",
    IdempotencyTokenChanged = "idempotency-token-changed",
    UnionMemberAdded = "union-member-added",
    UnionMemberRemoved = "union-member-removed",
    UnionUseChanged = "union-use-changed",
    ValueAdded = "value-added",
    ValueRemoved = "value-removed",
    ValueChanged = "value-changed",
    ValuesReordered = "values-reordered",
    VariantRenamed = "variant-renamed",
    TypeAdded = "type-added",
    TypeRemoved = "type-removed",
    TypeRenamed = "type-renamed",
    TypeUseChanged = "type-use-changed",
    OperationAdded = "operation-added",
    OperationRemoved = "operation-removed",
    OperationRenamed = "operation-renamed",
    RequestLineChanged = "request-line-changed",
    FixedQueryChanged = "fixed-query-changed",
    FixedHeadersChanged = "fixed-headers-changed",
    HostPrefixChanged = "host-prefix-changed",
    ContentTypeChanged = "content-type-changed",
    ReadOnlyChanged = "read-only-changed",
    IdempotentChanged = "idempotent-changed",
    ResponseChanged = "response-changed",
    ReplyBodyChanged = "reply-body-changed",
    PaginationAdded = "pagination-added",
    PaginationRemoved = "pagination-removed",
    CatalogAdded = "catalog-added",
    CatalogRemoved = "catalog-removed",
    CatalogChanged = "catalog-changed",
    ItemTypeChanged = "item-type-changed",
    PagingChanged = "paging-changed",
    PageSizeChanged = "page-size-changed",
    TotalCapChanged = "total-cap-changed",
    EndpointAdded = "endpoint-added",
    EndpointRewritten = "endpoint-rewritten",
    EndpointChanged = "endpoint-changed",
    EndpointParameterAdded = "endpoint-parameter-added",
    EndpointParameterRemoved = "endpoint-parameter-removed",
    EndpointParameterChanged = "endpoint-parameter-changed",
    DefaultRegionChanged = "default-region-changed",
    VariablesChanged = "variables-changed",
    AwsServiceIdChanged = "aws-service-id-changed",
    NotReadChanged = "not-read-changed",
    AuthAdded = "auth-added",
    AuthRemoved = "auth-removed",
    AuthOrderChanged = "auth-order-changed",
    SigningNameChanged = "signing-name-changed",
    TokenHeaderChanged = "token-header-changed",
    TokenQueryChanged = "token-query-changed",
    OperationAuthChanged = "operation-auth-changed",
    ProjectHeaderChanged = "project-header-changed",
    ResultMoved = "result-moved",
    ErrorAdded = "error-added",
    ErrorRemoved = "error-removed",
    ErrorCodeRenamed = "error-code-renamed",
    ErrorVariantRenamed = "error-variant-renamed",
    ErrorMeaningChanged = "error-meaning-changed",
    ErrorStatusChanged = "error-status-changed",
    ErrorCodeMoved = "error-code-moved",
    ErrorTextMoved = "error-text-moved",
    ErrorDetailsAdded = "error-details-added",
    ErrorDetailsRemoved = "error-details-removed",
    ErrorDetailsChanged = "error-details-changed",
    SuccessCodesChanged = "success-codes-changed",
    GeneratedCodeChanged = "generated-code-changed",
}

impl Rule {
    /// Returns whether what changes is how a member is written in requests or responses.
    pub(super) fn shows_on_the_wire(self) -> bool {
        matches!(
            self,
            Self::ParameterAdded
                | Self::RequiredParameterAdded
                | Self::ParameterRemoved
                | Self::FieldRemoved
                | Self::ParameterMoved
                | Self::FieldMoved
                | Self::WireNameChanged
                | Self::TypeChanged
                | Self::TimestampFormatChanged
        )
    }

    /// Returns a short description of the change.
    pub fn title(self) -> &'static str {
        let first = self.explanation().lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// Error for a name that no rule has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRule;

impl FromStr for Rule {
    type Err = NoRule;

    /// Parses a name. Case is ignored.
    fn from_str(text: &str) -> Result<Self, NoRule> {
        let mut rules = Self::ALL.iter().copied();
        rules
            .find(|rule| rule.id().eq_ignore_ascii_case(text))
            .ok_or(NoRule)
    }
}
