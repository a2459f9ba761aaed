-- What researchers asked the region, sealed; no single site's number is ever in it.
create table research_question (
    id bigint generated always as identity primary key,
    researcher bigint not null,
    asked_at timestamptz not null,
    sealed bytea not null
);
create index research_question_researcher on research_question (researcher, id desc);
